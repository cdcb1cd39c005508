/**
 * Articles delivered to a function of the app itself: `journal` in playground/src/receivers.js.
 *
 *   node playground/recipes/receiver-in-code.mjs
 */
import { playground, say } from './lib/playground.mjs';

const strapi = await playground('receiver-in-code');
await strapi.subscribe('strapi:journal');
const article = await strapi.publish('Hello, function');

const { state, attemptLog } = await strapi.finished(article);
say(`${state}: the function returned ${attemptLog[0].response.body.text}`);
await strapi.end();
