/**
 * Topics, endpoints and schedules in git: settings-as-code/webhooks.js, read at the start.
 *
 *   DEMO_SETTINGS=playground/recipes/settings-as-code/webhooks.js npm run demo
 *   node playground/recipes/settings-as-code.mjs
 */
import { playground, say } from './lib/playground.mjs';

const strapi = await playground('settings-as-code');
const managed = (await strapi.admin('GET', '/endpoints')).filter(({ managedBy }) => managedBy);
if (managed.length === 0) throw new Error('start the playground with DEMO_SETTINGS=…');
for (const { name, managedBy } of managed) say(`endpoint "${name}" is described by ${managedBy}`);

const [{ id, version }] = managed;
await strapi.admin('PUT', `/endpoints/${id}`, { name: 'other', version }).then(
  () => Promise.reject(new Error('it can be edited')),
  (error) => say(`and cannot be edited in the panel: ${error.message.slice(0, 120)}…`)
);
const article = await strapi.publish('Hello, file');
const { state, endpointName } = await strapi.finished(article, 'articles-in-git');
say(`an article is ${state} to ${endpointName}`);
await strapi.end();
