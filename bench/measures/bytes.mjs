/**
 * What a message of 1 kB leaves on disk when it is delivered: event, message, attempt and all indexes.
 * It includes the space of what waited, which is used again.
 */
export async function measureBytes(world, { kind, count, say }) {
  const receiver = await world.receiver();
  const node = await world.strapi(await world.database(kind));
  const ids = await node.call('subscribe', [receiver.url]);
  const before = await node.call('bytesOnDisk');
  await node.call('fill', count, ids);
  await node.call('listen');
  await node.call('drain');
  const { delivered } = await node.call('states');
  if (delivered !== count) throw new Error(`${delivered} of ${count} were delivered`);
  const perMessage = ((await node.call('bytesOnDisk')) - before) / count;
  say(`  ${kind}: ${Math.round(perMessage)} bytes`);
  await node.close();
  return perMessage;
}
