/**
 * A receiver that nothing can reach: it claims its articles, and settles them.
 *
 *   node playground/recipes/pull.mjs
 */
import { playground, say, verified } from './lib/playground.mjs';

const strapi = await playground('pull');
const { id, secret, token } = await strapi.subscribe('pull:');
const article = await strapi.publish('Hello, claim');

async function call(what, body) {
  const response = await fetch(`${strapi.origin}/api/guaranteed-webhooks/endpoints/${id}/${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
  return response.json();
}

const { messages } = await call('claim', { max: 10, waitS: 20 });
for (const { id: messageId, lease, headers, body } of messages) {
  const { event, entry } = verified(secret, headers, body);
  say(`claimed ${event} of "${entry.title}", signature verified`);
  await call('settle', [{ id: messageId, lease, outcome: 'delivered' }]);
}

const { state } = await strapi.finished(article);
say(`it is ${state}`);
await strapi.end();
