/**
 * Resident memory while a long backlog drains. It swings as the collector comes and goes, so the
 * highest while the first quarter drains is compared with the highest after that.
 */
const SAMPLE_EVERY_MS = 500;
const FIRST_PART = 1 / 4;

export async function measureMemory(world, { count, say }) {
  const receiver = await world.receiver();
  const node = await world.strapi(await world.database('postgres'));
  const ids = await node.call('subscribe', [receiver.url]);
  await node.call('fill', count, ids);
  await node.call('sql', 'analyze');
  await node.call('listen');
  let draining = true;
  const highest = { first: 0, later: 0 };
  const drained = node.call('drain').finally(() => (draining = false));
  while (draining) {
    await new Promise((passed) => setTimeout(passed, SAMPLE_EVERY_MS));
    const megabytes = await node.call('memoryMb');
    const part = (await receiver.call('count')) < count * FIRST_PART ? 'first' : 'later';
    highest[part] = Math.max(highest[part], megabytes);
  }
  await drained;
  const { delivered } = await node.call('states');
  if (delivered !== count) throw new Error(`${delivered} of ${count} were delivered`);
  await node.close();
  const grown = highest.later - highest.first;
  say(`  ${Math.round(highest.first)} MB, then ${Math.round(highest.later)} MB`);
  return { ...highest, grown };
}
