/** A hundred endpoints, the same backlog for each: what 99 get, with all alive and with one that never answers. */
const ENDPOINTS = 100;
/** The dead one's requests end by this; it is given up as unwell meanwhile. */
const TIMEOUT_MS = 20_000;

async function rateOfTheLiving(world, { each, deadOne }) {
  const receiver = await world.receiver();
  const node = await world.strapi(await world.database('postgres'));
  const urls = Array.from({ length: ENDPOINTS }, (_, n) =>
    n === 0 && deadOne ? `${receiver.url}/dead` : `${receiver.url}/e/${n}`
  );
  const ids = await node.call('subscribe', urls, { timeoutMs: TIMEOUT_MS });
  await node.call('fill', each * ENDPOINTS, ids);
  await node.call('sql', 'analyze');
  await receiver.call('reset');
  await node.call('listen');
  const wanted = each * (ENDPOINTS - 1) + (deadOne ? 0 : each);
  const startedAt = performance.now();
  const done = receiver.call('until', wanted);
  node.call('drain').catch(() => undefined); // ends with the dead one's timeouts, or with the process
  await done;
  const rate = (wanted / (performance.now() - startedAt)) * 1_000;
  await node.close();
  return rate;
}

export async function measureDeadEndpoint(world, { each, rounds }) {
  const ratios = [];
  let rate = 0;
  for (let round = 0; round < rounds; round += 1) {
    const alive = await rateOfTheLiving(world, { each, deadOne: false });
    rate = await rateOfTheLiving(world, { each, deadOne: true });
    ratios.push(rate / alive);
  }
  ratios.sort((a, b) => a - b);
  return { ratio: ratios[Math.floor(ratios.length / 2)], rate };
}
