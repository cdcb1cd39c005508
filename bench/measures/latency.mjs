/** From the commit of a content change to its first byte at the receiver, nothing else going on. */
import { quantile } from '../lib/statistics.mjs';

export async function measureLatency(world, { kind, samples }) {
  const receiver = await world.receiver();
  const node = await world.strapi(await world.database(kind));
  await node.call('subscribe', [receiver.url]);
  await node.call('listen');
  const times = [];
  for (let n = -20; n < samples; n += 1) {
    await receiver.call('reset', { remember: true });
    const arrived = receiver.call('until', 1);
    const committedAt = await node.call('commit');
    await arrived;
    const [arrivedAt] = await receiver.call('arrivals');
    if (n >= 0) times.push(arrivedAt - committedAt);
    await node.call('waitUntilIdle');
  }
  await node.close();
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
