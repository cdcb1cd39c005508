/**
 * Promise 2, and 1: a process running a real Strapi with the built plugin is killed with SIGKILL at
 * each marked point and at random moments. Every committed change reaches the receiver, no rolled-back
 * one does, and what arrives twice arrives as the same message.
 *
 * The same harness, any number of times, for any database: `npm run chaos -- --rounds N --db …`.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { runCampaign, type CampaignResult } from '../chaos/campaign';
import { seededRandom } from '../chaos/dice';
import { DEATHS, type Scenario } from '../chaos/scenarios';
import { renderTable, sum, violations } from '../chaos/table';
import { databasesUnderTest, type DatabaseKind } from '../support/databases';

const BUILD = resolve(__dirname, '../../dist/server/index.js');
/** Every round boots a Strapi; on a busy machine that takes its time. */
const CAMPAIGN_MS = 600_000;
const REPEATS = 1;
const COMPARED_ON = databasesUnderTest()[0];
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

/** Deaths in which the database has no part, and random ones, are played on the first database. */
const ELSEWHERE = DEATHS.filter(
  ({ killPoint }) =>
    killPoint !== null &&
    !['request-begun', 'after-settle', 'between-replay-steps'].includes(killPoint)
);
const deathsOn = (database: DatabaseKind): readonly Scenario[] =>
  database === COMPARED_ON ? DEATHS : ELSEWHERE;

const play = (system: 'plugin' | 'native', database: DatabaseKind): Promise<CampaignResult> =>
  runCampaign({
    system,
    database,
    scenarios: deathsOn(database),
    repeats: REPEATS,
    random: seededRandom(seed),
    log: () => undefined,
  });

beforeAll(() => {
  if (!existsSync(BUILD)) throw new Error('the plugin is not built: npm run build');
});

describe.each(databasesUnderTest())(`killed at each point, seed ${seed} (%s)`, (database) => {
  let plugin: CampaignResult;
  let native: CampaignResult | null = null;

  beforeAll(async () => {
    // What Strapi's own webhooks lose has nothing to do with the database.
    if (database === COMPARED_ON) native = await play('native', database);
    plugin = await play('plugin', database);
    process.stdout.write(`\n${database}\n${renderTable({ plugin, native })}\n`);
  }, CAMPAIGN_MS);

  const at = (result: CampaignResult, killPoint: string) =>
    sum(result.rounds.filter((round) => round.scenario.killPoint === killPoint));

  it('keeps every guarantee', () => {
    expect(violations(plugin)).toEqual([]);
  });

  it('committed and rolled back changes at every kill point', () => {
    expect(plugin.rounds.map((round) => round.scenario)).toEqual(deathsOn(database));
    expect(sum(plugin.rounds).committed).toBeGreaterThan(0);
    expect(sum(plugin.rounds).rolledBack).toBeGreaterThan(0);
  });

  it('sends a message again whose response was not recorded', () => {
    expect(at(plugin, 'after-response').duplicated).toBeGreaterThan(0);
  });

  const compared = database === COMPARED_ON ? it : undefined;
  compared?.("finds what Strapi's own webhooks lose", () => {
    expect(native === null ? 0 : at(native, 'after-commit').lost).toBeGreaterThan(0);
  });
});
