/** Steps of `npm run matrix` that need code inside Strapi. They are added to its throwaway app only. */
const ARTICLE = 'api::article.article';

module.exports = ({ strapi }) => ({
  /** Creates an article in a transaction that fails. Answers with the id it had. */
  async rollBack(ctx) {
    let documentId;
    const failure = new Error('rolled back');
    try {
      await strapi.db.transaction(async () => {
        ({ documentId } = await strapi.documents(ARTICLE).create({ data: { title: 'never' } }));
        throw failure;
      });
    } catch (error) {
      if (error !== failure) throw error;
    }
    const rows = await strapi.db.query(ARTICLE).count({ where: { documentId } });
    ctx.body = { documentId, rows };
  },

  async addNativeWebhook(ctx) {
    const { url, events } = ctx.request.body;
    strapi
      .get('webhookRunner')
      .add({ id: 'native', name: 'native', url, events, headers: {}, isEnabled: true });
    ctx.body = {};
  },
});
