/** Resident memory while a long backlog drains: from when the first tenth is through to the most it ever is. */
const SAMPLE_EVERY_MS = 500;
const WARM_PART = 0.1;

export async function measureMemory(world, { count }) {
  const receiver = await world.receiver();
  const node = await world.strapi(await world.database('postgres'));
  const ids = await node.call('subscribe', [receiver.url]);
  await node.call('fill', count, ids);
  await node.call('sql', 'analyze');
  await node.call('listen');
  let draining = true;
  let base;
  let most = 0;
  const drained = node.call('drain').finally(() => (draining = false));
  while (draining) {
    await new Promise((passed) => setTimeout(passed, SAMPLE_EVERY_MS));
    const megabytes = await node.call('memoryMb');
    if ((await receiver.call('count')) < count * WARM_PART) continue;
    base ??= megabytes;
    most = Math.max(most, megabytes);
  }
  await drained;
  const { delivered } = await node.call('states');
  if (delivered !== count) throw new Error(`${delivered} of ${count} were delivered`);
  await node.close();
  return { base, grown: most - base };
}
