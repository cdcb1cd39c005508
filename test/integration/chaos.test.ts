/**
 * The disasters that a Strapi outlives, once each: one replica of three killed, the database
 * restarted, connections cut as they commit, hostile receivers, a clock that is set back and forth.
 * Deaths are in `crash.test.ts`; both as often as wanted: `npm run chaos`.
 *
 * Database servers are the harness's own, because it restarts them.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { runCampaign, type CampaignResult } from '../chaos/campaign';
import { seededRandom } from '../chaos/dice';
import { STORMS } from '../chaos/scenarios';
import { renderTable, sum, violations } from '../chaos/table';
import { databasesUnderTest } from '../support/databases';

const BUILD = resolve(__dirname, '../../dist/server/index.js');
const CAMPAIGN_MS = 600_000;
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

beforeAll(() => {
  if (!existsSync(BUILD)) throw new Error('the plugin is not built: npm run build');
});

describe.each(databasesUnderTest())(`disasters, seed ${seed} (%s)`, (database) => {
  const scenarios = STORMS.filter((storm) => storm.databases.includes(database));
  let plugin: CampaignResult;

  beforeAll(async () => {
    const random = seededRandom(seed);
    const ways = { scenarios, repeats: 1, random, log: () => undefined };
    plugin = await runCampaign({ system: 'plugin', database, ...ways });
    process.stdout.write(`\n${database}\n${renderTable({ plugin, native: null })}\n`);
  }, CAMPAIGN_MS);

  it('keep every guarantee', () => {
    expect(violations(plugin)).toEqual([]);
  });

  it('were played, each during changes', () => {
    const played = plugin.rounds.map(({ scenario }) => scenario.name);
    expect([...played, ...plugin.leftOut].sort()).toEqual(scenarios.map(({ name }) => name).sort());
    for (const round of plugin.rounds) expect(sum([round]).committed).toBeGreaterThan(0);
  });
});
