const { ensureAdmin, ensureApiToken } = require('./demo-accounts');

module.exports = {
  register() {},

  async bootstrap({ strapi }) {
    const { DEMO_ADMIN_EMAIL, DEMO_ADMIN_PASSWORD, DEMO_API_TOKEN } = process.env;
    if (DEMO_ADMIN_EMAIL && DEMO_ADMIN_PASSWORD) {
      await ensureAdmin(strapi, { email: DEMO_ADMIN_EMAIL, password: DEMO_ADMIN_PASSWORD });
    }
    if (DEMO_API_TOKEN) await ensureApiToken(strapi, DEMO_API_TOKEN);
  },
};
