/** What the demo says to its Strapi: as the admin to the plugin, as an API token to the content. */

const isJson = (body) => body !== undefined && !(body instanceof FormData);

const caller = (origin, token) => async (method, path, body) => {
  const response = await fetch(origin + path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(isJson(body) && { 'content-type': 'application/json' }),
    },
    body: isJson(body) ? JSON.stringify(body) : body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};

const PREFIX = '/guaranteed-webhooks';

export async function connect(origin, env) {
  const login = await caller(origin)('POST', '/admin/login', {
    email: env.DEMO_ADMIN_EMAIL,
    password: env.DEMO_ADMIN_PASSWORD,
  });
  const asAdmin = caller(origin, login.data.token);
  const admin = (method, path, body) => asAdmin(method, PREFIX + path, body);
  const content = caller(origin, env.DEMO_API_TOKEN);

  async function ensureTopic(topic) {
    const known = (await admin('GET', '/topics')).find(({ name }) => name === topic.name);
    return known ?? (await admin('POST', '/topics', topic));
  }

  /** A second run finds the endpoint of the first: it gets the new address, and a new secret. */
  async function ensureEndpoint(endpoint) {
    const known = (await admin('GET', '/endpoints')).find(({ name }) => name === endpoint.name);
    if (!known) return admin('POST', '/endpoints', endpoint);
    const { version } = known;
    await admin('PUT', `/endpoints/${known.id}`, { ...endpoint, version });
    if (known.state !== 'active') {
      await admin('POST', `/endpoints/${known.id}/resume`, { held: 'skip' });
    }
    return admin('POST', `/endpoints/${known.id}/rotate-secret`, { overlapMs: 0, force: true });
  }

  return {
    asAdmin,
    content,
    ensureTopic,
    ensureEndpoint,
    messagesOf: async (entryDocumentId) =>
      (await admin('GET', `/messages?entryDocumentId=${entryDocumentId}`)).results,
    message: (messageId) => admin('GET', `/messages/${messageId}`),
    publishArticle: async (data) => (await content('POST', '/api/articles', { data })).data,
  };
}
