/**
 * Accounts that the environment asks for: an admin with a known password, and an API token with a
 * known value. For demonstrations: a real app lets Strapi choose both.
 */

async function ensureAdmin(strapi, { email, password }) {
  const users = strapi.service('admin::user');
  const known = await strapi.db.query('admin::user').findOne({ where: { email } });
  if (!known) {
    const superAdmin = await strapi.service('admin::role').getSuperAdmin();
    await users.create({
      email,
      password,
      firstname: 'Demo',
      lastname: 'Admin',
      isActive: true,
      registrationToken: null,
      roles: superAdmin ? [superAdmin.id] : [],
    });
  } else if (!(await strapi.service('admin::auth').validatePassword(password, known.password))) {
    await users.updateById(known.id, { password });
  }
}

/** Written directly: the API token service only makes tokens of its own choosing. */
async function ensureApiToken(strapi, value) {
  const accessKey = strapi.service('admin::api-token').hash(value);
  const tokens = strapi.db.query('admin::api-token');
  if (await tokens.findOne({ where: { accessKey } })) return;

  const data = { kind: 'content-api', type: 'full-access', accessKey, lifespan: null };
  const named = await tokens.findOne({ where: { name: 'Demo' } });
  if (named) await tokens.update({ where: { id: named.id }, data });
  else await tokens.create({ data: { ...data, name: 'Demo', description: 'DEMO_API_TOKEN' } });
}

module.exports = { ensureAdmin, ensureApiToken };
