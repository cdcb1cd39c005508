/**
 * What a signature costs: a request of a kilobyte, prepared with Standard Webhooks alone, with the HS256
 * JWT as well, and with the EdDSA one. The three take turns in short blocks of one process.
 */
import { median } from '../lib/statistics.mjs';

const PER_BLOCK = 1_000;

/** @returns microseconds of processor time a message, and ratios of blocks that stood next to each other. */
export async function measureSigning(world, { blocks, say }) {
  const worker = await world.fromSource('signing');
  const names = await worker.call('names');
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let block = -3; block < blocks; block += 1) {
    for (const name of names) {
      const cost = await worker.call('prepare', name, PER_BLOCK);
      if (block >= 0) samples[name].push(cost);
    }
  }
  await worker.close();
  for (const name of names) say(`  ${name}: ${median(samples[name]).toFixed(0)} µs`);
  return {
    cost: (name) => median(samples[name]),
    ratio: (one, other) => median(samples[one].map((cost, block) => cost / samples[other][block])),
  };
}
