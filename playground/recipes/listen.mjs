/**
 * Articles on localhost, without a tunnel: what you would type is
 * `npx strapi-plugin-guaranteed-webhooks listen http://localhost:3000/api/hook --topic articles`.
 *
 *   node playground/recipes/listen.mjs
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { playground, say, until } from './lib/playground.mjs';

const CLI = path.resolve(import.meta.dirname, '../../cli/index.mjs');
const NEEDED = [
  'topics.read',
  'endpoints.create',
  'endpoints.delete',
  'messages.cancel',
  'messages.replay',
];

const got = [];
const local = createServer((request, response) => {
  got.push(request.headers['x-strapi-event']);
  request.resume().on('end', () => response.end('thanks'));
}).listen(0, '127.0.0.1');
await once(local, 'listening');

const strapi = await playground('listen');
const { name } = await strapi.topic();
const { data } = await strapi.asAdmin('POST', '/admin/admin-tokens', {
  name: `recipe listen ${process.pid}`,
  description: '',
  lifespan: null,
  adminPermissions: NEEDED.map((permission) => ({
    action: `plugin::guaranteed-webhooks.${permission}`,
    subject: null,
    properties: {},
    conditions: [],
  })),
});

const url = `http://localhost:${local.address().port}/api/hook`;
const env = { ...process.env, STRAPI_URL: strapi.origin, STRAPI_ADMIN_TOKEN: data.accessKey };
const listen = spawn(process.execPath, [CLI, 'listen', url, '--topic', name], { env });
const lines = [];
for (const stream of [listen.stdout, listen.stderr]) {
  createInterface({ input: stream }).on('line', (line) => {
    lines.push(line);
    say(`  ${line.replace(/whsec_\S+/, 'whsec_…')}`);
  });
}
await until('listen', () => lines.some((line) => line.startsWith('Ctrl-C ends')));
const article = await strapi.publish('Hello, localhost');
const { state } = await strapi.finished(article);
say(`${url} got ${got.join(', ')}; it is ${state}`);

listen.kill('SIGINT'); // Ctrl-C
await once(listen, 'exit');
local.close();
await strapi.asAdmin('DELETE', `/admin/admin-tokens/${data.id}`);
await strapi.end();
