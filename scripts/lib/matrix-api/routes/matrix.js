const route = (path, handler) => ({ method: 'POST', path, handler, config: { auth: false } });

module.exports = {
  routes: [
    route('/matrix/roll-back', 'matrix.rollBack'),
    route('/matrix/native-webhook', 'matrix.addNativeWebhook'),
  ],
};
