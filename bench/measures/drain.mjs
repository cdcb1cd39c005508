/**
 * Backlog drain: messages of 1 kB, due already, one receiver, until every one is recorded as
 * delivered. The contenders take turns, so that each ratio is of runs that stood next to each other.
 */
import { median } from '../lib/statistics.mjs';

const CONCURRENCY = 100;
/** One endpoint may have all the slots, as every job of the peers may. */
const DISPATCHER = { slots: CONCURRENCY, slotsPerEndpoint: CONCURRENCY };
/** Of each node, before it counts: how fast a process compiles its code is not compared. */
const WARM_UP = 1_500;

async function openNodes(world, database, replicas) {
  const nodes = [];
  for (let n = 0; n < replicas; n += 1) {
    nodes.push(await world.strapi(database, { plugin: { dispatcher: DISPATCHER } }));
  }
  return nodes;
}

async function warmUp(nodes, ids) {
  for (const node of nodes) {
    await nodes[0].call('fill', WARM_UP, ids);
    await node.call('refresh');
    await node.call('drain');
  }
  return WARM_UP * nodes.length;
}

/** @returns ms until nothing is due. */
async function drainAll(nodes) {
  for (const node of nodes.slice(1)) await node.call('refresh');
  // Listening is what makes a Strapi deliver.
  await Promise.all(nodes.map((node) => node.call('listen')));
  const startedAt = performance.now();
  await Promise.all(nodes.map((node) => node.call('drain')));
  return performance.now() - startedAt;
}

/**
 * @param settings of the endpoint. `perMessage`: events in a message, when it is sent batches.
 * @returns events a second.
 */
async function plugin(world, kind, { receiver, count, replicas = 1, warm = false, ...endpoint }) {
  const { settings = {}, perMessage = 1 } = endpoint;
  const database = await world.database(kind);
  const nodes = await openNodes(world, database, replicas);
  const [first] = nodes;
  const ids = await first.call('subscribe', [receiver.url], settings);
  const before = warm ? (await warmUp(nodes, ids)) / perMessage : 0;
  await first.call('fill', count, ids);
  if (kind === 'postgres') await first.call('sql', 'analyze');
  await receiver.call('reset', { remember: replicas > 1 });
  const ms = await drainAll(nodes);

  const states = await first.call('states');
  const attempts = await first.call('attempts');
  const sent = before + count / perMessage;
  if (states.delivered !== sent) throw new Error(`${JSON.stringify(states)} of ${sent}`);
  const duplicates = replicas > 1 ? await receiver.call('duplicates') : attempts - sent;
  for (const node of nodes) await node.close();
  await database.drop();
  return { rate: (count / ms) * 1_000, duplicates };
}

async function peer(world, name, { receiver, count, options = {} }) {
  const database = await world.database('postgres');
  const contender = await world.peer(name);
  await contender.call('open', database.url);
  await contender.call('fill', count);
  await receiver.call('reset');
  const ms = await contender.call('drain', {
    url: receiver.url,
    count,
    concurrency: CONCURRENCY,
    ...options,
  });
  if ((await receiver.call('count')) !== count) throw new Error(`${name} did not send ${count}`);
  await contender.close();
  await database.drop();
  return { rate: (count / ms) * 1_000 };
}

async function bare(world, { receiver, count }) {
  const contender = await world.peer('undici');
  await receiver.call('reset');
  const ms = await contender.call('drain', { url: receiver.url, count, concurrency: CONCURRENCY });
  await contender.close();
  return { rate: (count / ms) * 1_000 };
}

/** graphile-worker at its fastest: jobs fetched and completed in batches, which it does not do by default. */
export const GRAPHILE_BATCHED = {
  preset: {
    localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  },
};

/** @returns medians of rates, messages a second, and of their ratios within a round. */
export async function measureDrain(world, { count, rounds, say }) {
  const receiver = await world.receiver();
  const contenders = {
    undici: () => bare(world, { receiver, count }),
    'graphile-worker': () => peer(world, 'graphile-worker', { receiver, count }),
    'graphile-worker, batched': () =>
      peer(world, 'graphile-worker', { receiver, count, options: GRAPHILE_BATCHED }),
    'pg-boss, work()': () => peer(world, 'pg-boss', { receiver, count, options: { how: 'work' } }),
    'pg-boss, fetch()': () =>
      peer(world, 'pg-boss', { receiver, count, options: { how: 'fetch' } }),
    ...Object.fromEntries(
      world.kinds.map((kind) => [kind, () => plugin(world, kind, { receiver, count })])
    ),
  };
  return rotate(contenders, { rounds, say });
}

export async function measureReplicas(world, { count, rounds, say }) {
  const receiver = await world.receiver();
  const contenders = Object.fromEntries(
    [1, 2, 4].map((replicas) => [
      `${replicas} replicas`,
      () => plugin(world, 'postgres', { receiver, count, replicas, warm: true }),
    ])
  );
  return rotate(contenders, { rounds, say });
}

/** Events in a batch. */
const IN_BATCH = 100;
const QUIET = { by: 'quiet-time', quietMs: 1_000, maxWaitMs: 10_000, maxEvents: IN_BATCH };

/** Each event is about a document of its own, so that nothing is superseded. */
export async function measureModes(world, kind, { count, rounds, say }) {
  const receiver = await world.receiver();
  const mode = (delivery, perMessage) => () =>
    plugin(world, kind, { receiver, count, warm: true, settings: { delivery }, perMessage });
  const contenders = {
    every: mode({ mode: 'every' }),
    latest: mode({ mode: 'latest' }),
    batch: mode({ mode: 'batch', ...QUIET }, IN_BATCH),
  };
  return rotate(contenders, { rounds, say });
}

/** Each event is about a document of its own: a row of the ledger each. */
export async function measureLedger(world, kind, { count, rounds, say }) {
  const receiver = await world.receiver();
  const drain = (ledger) => () =>
    plugin(world, kind, { receiver, count, warm: true, settings: { ledger } });
  return rotate({ without: drain(false), ledger: drain(true) }, { rounds, say });
}

async function rotate(contenders, { rounds, say }) {
  const rates = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  let duplicates = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(contenders)) {
      const result = await run();
      rates[name].push(result.rate);
      duplicates += result.duplicates ?? 0;
      say(`  ${name}: ${Math.round(result.rate)}/s`);
    }
  }
  return {
    duplicates,
    rate: (name) => median(rates[name]),
    ratio: (one, other) => median(rates[one].map((rate, round) => rate / rates[other][round])),
  };
}
