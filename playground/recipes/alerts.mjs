/**
 * An endpoint whose messages fail, and another one that is told. It takes up to half a minute: each server looks twice a
 * minute.
 *
 *   node playground/recipes/alerts.mjs
 */
import { once } from 'node:events';
import { createServer } from 'node:http';

import { playground, say, until } from './lib/playground.mjs';

const alerts = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    if (request.url === '/broken') return response.writeHead(500).end();
    alerts.push(JSON.parse(body).alert);
    return response.end();
  });
}).listen(0, '127.0.0.1');
await once(receiver, 'listening');
const at = (path) => `http://127.0.0.1:${receiver.address().port}/${path}`;

const strapi = await playground('alerts');
const retryPolicy = { kind: 'preset', preset: 'none' };
await strapi.subscribe(at('broken'), { name: 'recipe-broken', retryPolicy });
const chat = await strapi.subscribe(at('chat'), { name: 'recipe-chat', topicIds: [] });
const before = await strapi.admin('GET', '/alerts');
const saved = await strapi.admin('PUT', '/alerts', {
  ...{ endpoints: true, failedMessages: true, backlogMs: null, emails: [] },
  ...{ endpointIds: [chat.id], version: before.version },
});

await strapi.publish('Hello, failure');
const { status, kinds, title } = await until('the alert', () => alerts[0]);
say(`${status} (${kinds.join(', ')}): ${title}`);

const { endpoints, failedMessages, backlogMs, emails, endpointIds } = before;
const rules = { endpoints, failedMessages, backlogMs, emails, endpointIds };
await strapi.admin('PUT', '/alerts', { ...rules, version: saved.version });
receiver.close();
await strapi.end();
