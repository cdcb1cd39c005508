/** The playground that `npm run demo` has started: what the recipes ask of it. */
import path from 'node:path';

import { Webhook } from 'standardwebhooks';

import { connect } from '../../../scripts/lib/demo-api.mjs';

const ENV_FILE = path.resolve(import.meta.dirname, '../../.env');
const POLL_MS = 100;
const PATIENCE_MS = 60_000;
const PREFIX = '/guaranteed-webhooks';

export const say = (text) => process.stdout.write(`${text}\n`);

/** @throws Error that names what did not happen. */
export async function until(what, look) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within a minute`);
    await new Promise((passed) => setTimeout(passed, POLL_MS));
  }
}

async function login(origin) {
  try {
    return await connect(origin, process.env);
  } catch (error) {
    throw new Error(`no playground at ${origin}; start it with npm run demo`, { cause: error });
  }
}

/** @param recipe its name: that of its topic and endpoint, and the first word of its articles */
export async function playground(recipe) {
  try {
    process.loadEnvFile(ENV_FILE); // keeps what is set
  } catch {
    // the environment has it all
  }
  const origin = process.env.STRAPI_URL ?? `http://127.0.0.1:${process.env.PORT ?? 1337}`;
  const api = await login(origin);
  const admin = (method, route, body) => api.asAdmin(method, PREFIX + route, body);
  const name = `recipe-${recipe}`;
  const made = [];

  async function topic() {
    return api.ensureTopic({
      name,
      events: ['entry.publish'],
      contentTypes: ['api::article.article'],
      // Of this recipe alone.
      filter: { entry: { title: { $startsWith: recipe } } },
    });
  }

  return {
    origin,
    admin,
    asAdmin: api.asAdmin,
    topic,

    /** @returns the endpoint with its `secret`. */
    async subscribe(url, settings = {}) {
      const { id } = await topic();
      const endpoint = await api.ensureEndpoint({ name, url, topicIds: [id], ...settings });
      made.push(endpoint.id ?? (await endpointOf(settings.name ?? name)).id);
      return { ...endpoint, id: made.at(-1) };
    },

    publish: (title) => api.publishArticle({ title: `${recipe}: ${title}` }),

    /** The message of a topic about an article, when it is finished. */
    finished: (article, topicName = name) =>
      until('the delivery', async () => {
        const found = await api.messagesOf(article.documentId);
        const message = found.find((one) => one.topicName === topicName);
        return message?.finishedAt && api.message(message.messageId);
      }),

    /** Removes the endpoints of the recipe. */
    async end() {
      for (const id of made) await admin('DELETE', `/endpoints/${id}?cancelPending=true`);
      say('done');
      process.exit(0);
    },
  };

  async function endpointOf(wanted) {
    return (await admin('GET', '/endpoints')).find((endpoint) => endpoint.name === wanted);
  }
}

/** @returns the event, if it was signed with the secret. @throws Error otherwise. */
export const verified = (secret, headers, body) => new Webhook(secret).verify(body, headers);
