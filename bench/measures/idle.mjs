/**
 * Statements that a Strapi with the plugin runs in a minute in which nothing happens: one node, one
 * endpoint, nothing due.
 */
import { setTimeout as pause } from 'node:timers/promises';

/** The node has learned by then that it is the only one. */
const SETTLE_MS = 30_000;
const MINUTE_MS = 60_000;

export async function measureIdle(world, { kind, minutes }) {
  const receiver = await world.receiver();
  const node = await world.strapi(await world.database(kind));
  await node.call('subscribe', [receiver.url]);
  await node.call('listen');
  await pause(SETTLE_MS);
  const before = await node.call('statements');
  await pause(minutes * MINUTE_MS);
  const after = await node.call('statements');
  await node.close();
  return (after - before) / minutes;
}
