/** REST reads of the same Strapi, one after another: idle, and while its dispatcher drains at full speed. */
import { createRequire } from 'node:module';

import { quantile } from '../lib/statistics.mjs';

const { Client } = createRequire(import.meta.url)('undici');

export async function measureReads(world, { kind, backlog, idleReads }) {
  const receiver = await world.receiver();
  const node = await world.strapi(await world.database(kind));
  const ids = await node.call('subscribe', [receiver.url]);
  for (let n = 0; n < 25; n += 1) await node.call('commit');
  const client = new Client(await node.call('listen'));
  const authorization = `Bearer ${await node.call('token')}`;
  await node.call('waitUntilIdle');

  async function read() {
    const startedAt = performance.now();
    const { statusCode, body } = await client.request({
      path: '/api/articles?pagination[pageSize]=25',
      method: 'GET',
      headers: { authorization },
    });
    await body.text();
    if (statusCode !== 200) throw new Error(`the read was answered ${statusCode}`);
    return performance.now() - startedAt;
  }
  const idle = [];
  for (let n = -100; n < idleReads; n += 1) {
    const ms = await read();
    if (n >= 0) idle.push(ms);
  }

  const busy = [];
  const filled = node.call('fill', backlog, ids);
  let draining = true;
  const drained = filled.then(() => node.call('drain')).then(() => (draining = false));
  await filled;
  const startedAt = performance.now();
  while (draining) busy.push(await read());
  await drained;
  const rate = (backlog / (performance.now() - startedAt)) * 1_000;
  await client.close();
  await node.close();
  return { idle: quantile(idle, 0.99), busy: quantile(busy, 0.99), reads: busy.length, rate };
}
