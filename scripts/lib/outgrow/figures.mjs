/**
 * Messages a second: from Strapi over HTTP and into each broker, in turn and with the same backlog; then out of each
 * broker over HTTP, with 1, 2 and 4 consumers.
 */
import { readFileSync } from 'node:fs';

import { median, sum } from '../../../bench/lib/statistics.mjs';
import { dim, say, yellow } from '../terminal.mjs';

const CONCURRENCY = 100;
const DISPATCHER = { slots: CONCURRENCY, slotsPerEndpoint: CONCURRENCY };
/** How fast a process compiles its code is not measured. */
const WARM_UP = 1_500;
const FLEETS = [1, 2, 4];
const AT_ONCE = { kind: 'list', delaysMs: Array(10).fill(1) };
const FAILED_ATTEMPTS = `select request_url, error, status, count(*) from gw_attempts
  where status is null or status <> 200 group by 1, 2, 3`;

const TICK_MS = 10;

/** Processor time of a process so far: what depends least on what else the machine does. Linux has it here. */
function processorMs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return NaN;
  }
}

/** Each fleet has a receiver of its own: its own cursor, or its own queue. */
const receiverOf = (fleet) => `fleet-${fleet}`;

/** @returns rows of the table: what, messages a second, and processor time for a message, µs. */
export async function figures(world, brokers, { count, rounds }) {
  const receiver = await world.receiver();
  const running = [];
  for (const { name, start } of brokers) running.push({ name, ...(await start()) });
  try {
    const fleets = Object.fromEntries(FLEETS.map((fleet) => [receiverOf(fleet), receiver.url]));
    for (const broker of running) await broker.prepare(fleets);
    const into = await drains(world, [{ name: 'HTTP', url: receiver.url }, ...running], {
      count,
      rounds,
    });
    const rows = [...into].map(([name, samples]) => ({
      what: name === 'HTTP' ? 'Strapi over HTTP, to one receiver' : `Strapi into ${name}`,
      rate: median(samples.map(({ rate }) => rate)),
      processorUs: median(samples.map(({ processorUs }) => processorUs)),
    }));
    for (const broker of running) {
      const total = WARM_UP + rounds * count;
      for (const fleet of FLEETS) {
        const sample = await outOf(broker, receiver, { fleet, total });
        say(dim(`  out of ${broker.name}, ${fleet}: ${shown(sample)}`));
        rows.push({ what: `out of ${broker.name} over HTTP, consumers: ${fleet}`, ...sample });
      }
    }
    return rows;
  } finally {
    for (const broker of running) await broker.stop();
  }
}

const sampleOf = (messages, ms, processor) => ({
  rate: (messages / ms) * 1_000,
  processorUs: (processor / messages) * 1_000,
});

const shown = ({ rate, processorUs }) =>
  `${Math.round(rate)}/s, ${Math.round(processorUs)} µs of processor time each`;

/** One Strapi, an endpoint for each destination; they take turns. */
async function drains(world, destinations, { count, rounds }) {
  const database = await world.database('postgres');
  const strapi = await world.strapi(database, { plugin: { dispatcher: DISPATCHER } });
  const urls = destinations.map(({ url }) => url);
  const ids = await strapi.call('subscribe', urls, { retryPolicy: AT_ONCE });
  const drain = async (id, messages) => {
    await strapi.call('fill', messages, [id]);
    await strapi.call('sql', 'analyze');
    const before = processorMs(strapi.pid);
    const ms = await strapi.call('drain');
    return sampleOf(messages, ms, processorMs(strapi.pid) - before);
  };
  for (const id of ids) await drain(id, WARM_UP);
  const samples = new Map(destinations.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { name }] of destinations.entries()) {
      const sample = await drain(ids[index], count);
      samples.get(name).push(sample);
      say(dim(`  ${name}: ${shown(sample)}`));
    }
  }
  await assertDelivered(strapi, destinations.length * (WARM_UP + rounds * count));
  await strapi.close();
  await database.drop();
  return samples;
}

async function assertDelivered(strapi, sent) {
  const { delivered } = await strapi.call('states');
  const failed = await strapi.call('rows', FAILED_ATTEMPTS);
  if (failed.length > 0) say(yellow(`  failed attempts: ${JSON.stringify(failed)}`));
  if (delivered !== sent) throw new Error(`${delivered} of ${sent} were handed over`);
}

/** Between the first and the last arrival: how fast processes start is not measured. */
async function outOf(broker, receiver, { fleet, total }) {
  await receiver.call('reset', { remember: true });
  const targets = { [receiverOf(fleet)]: receiver.url };
  const consumers = Array.from({ length: fleet }, () => broker.consume(targets, {}));
  const endedAt = await receiver.call('until', total);
  const [startedAt] = await receiver.call('arrivals');
  const processor = sum(consumers.map(({ child }) => processorMs(child.pid)));
  for (const consumer of consumers) await consumer.stop();
  return sampleOf(total, endedAt - startedAt, processor);
}
