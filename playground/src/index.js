const { ensureAdmin, ensureApiToken } = require('./demo-accounts');
const receivers = require('./receivers');

module.exports = {
  register({ strapi }) {
    const { on } = strapi.plugin('guaranteed-webhooks').service('receivers');
    for (const [name, receive] of Object.entries(receivers)) on(name, receive);
  },

  async bootstrap({ strapi }) {
    const { DEMO_ADMIN_EMAIL, DEMO_ADMIN_PASSWORD, DEMO_API_TOKEN } = process.env;
    if (DEMO_ADMIN_EMAIL && DEMO_ADMIN_PASSWORD) {
      await ensureAdmin(strapi, { email: DEMO_ADMIN_EMAIL, password: DEMO_ADMIN_PASSWORD });
    }
    if (DEMO_API_TOKEN) await ensureApiToken(strapi, DEMO_API_TOKEN);
  },
};
