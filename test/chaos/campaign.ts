/**
 * A campaign: one system on one database, killed again and again. Each life first recovers what the
 * lives before it left undone, then works, then dies at its point; the last one only recovers.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTestDatabase, type DatabaseKind, type TestDatabase } from '../support/databases';
import { readEvidence, type Evidence, type Recorded } from './evidence';
import type { Plan, System } from './protocol';
import { createMoodyReceiver, type MoodyReceiver } from './receiver';
import type { Scenario } from './scenarios';
import { judge, type Findings } from './verdict';
import { startVictim, type Victim } from './victim';

/** Short enough to wait for: a killed process's messages stay leased that long. */
const PLUGIN_CONFIG = {
  dispatcher: { leaseMs: 2_000 },
  http: { timeoutMs: 1_000, allow: { cidrs: ['127.0.0.1/32'] } },
  // The dead letters of the replay are made by refusing hundreds in a row: no endpoint is ill for that here.
  health: { minAttempts: 1_000_000 },
};
/** A random death comes this long after the first acknowledged change, at most. */
const MAX_RANDOM_KILL_MS = 700;

export interface Campaign {
  system: System;
  database: DatabaseKind;
  scenarios: readonly Scenario[];
  /** How often each scenario is played. */
  repeats: number;
  random: () => number;
  log: (line: string) => void;
}

export interface Round extends Findings {
  scenario: Scenario;
}

export interface CampaignResult {
  rounds: Round[];
  orphans: number;
  notDelivered: number;
}

interface Life {
  scenario: Scenario;
  plan: Plan;
  victim: Victim;
}

export async function runCampaign(campaign: Campaign): Promise<CampaignResult> {
  const database = await createTestDatabase(campaign.database);
  const receiver = await createMoodyReceiver();
  const publicDir = await mkdtemp(join(tmpdir(), 'gw-chaos-'));
  await mkdir(join(publicDir, 'uploads'));
  const victims: Victim[] = [];
  try {
    return await play({
      campaign,
      database,
      receiver,
      start: (plan) => {
        const victim = startVictim(plan, environment(campaign.system, database, publicDir));
        victims.push(victim);
        return victim;
      },
    });
  } finally {
    victims.forEach((victim) => victim.kill());
    await Promise.all(victims.map((victim) => victim.dead));
    await receiver.close();
    await database.drop();
    await rm(publicDir, { recursive: true, force: true });
  }
}

function environment(
  system: System,
  database: TestDatabase,
  publicDir: string
): Record<string, string> {
  return {
    ...database.env,
    PUBLIC_DIR: publicDir,
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    STRAPI_TELEMETRY_DISABLED: 'true',
    STRAPI_DISABLE_LICENSE_PING: 'true',
    ...(system === 'native'
      ? { WEBHOOKS_PLUGIN: 'none' }
      : { WEBHOOKS_PLUGIN_CONFIG: JSON.stringify(PLUGIN_CONFIG) }),
  };
}

interface Stage {
  campaign: Campaign;
  database: TestDatabase;
  receiver: MoodyReceiver;
  start: (plan: Plan) => Victim;
}

async function play(stage: Stage): Promise<CampaignResult> {
  const { system, scenarios, repeats, log } = stage.campaign;
  const played = Array.from({ length: repeats }, () => scenarios)
    .flat()
    .filter((scenario) => scenario.systems.includes(system));
  const lives: Life[] = [];
  /** Attempts as they were recorded when the round had recovered: a later purge removes them. */
  const recorded = new Map<string, Recorded>();

  for (const [round, scenario] of played.entries()) {
    const plan = planOf(stage, scenario, round);
    const victim = stage.start(plan);
    const { evidence, afterMs } = await recoverAndRead(stage, victim);
    remember(recorded, evidence);
    await playRound(stage, { scenario, plan, victim });
    lives.push({ scenario, plan, victim });
    log(`${system} round ${round}: recovered in ${afterMs} ms, killed ${scenario.name}`);
  }

  const last = stage.start(planOf(stage, undefined, played.length));
  const { evidence } = await recoverAndRead(stage, last);
  remember(recorded, evidence);
  return {
    rounds: lives.map(({ scenario, plan, victim }) => ({
      scenario,
      ...judge({
        round: plan.round,
        reports: victim.reports,
        receipts: stage.receiver.receipts,
        committed: evidence.committed,
        recorded,
      }),
    })),
    orphans: evidence.orphans,
    notDelivered: evidence.notDelivered,
  };
}

function planOf(
  { campaign, receiver }: Stage,
  scenario: Scenario | undefined,
  round: number
): Plan {
  const { system, random } = campaign;
  return {
    round,
    system,
    receiverUrl: receiver.url,
    work: scenario?.work ?? 'nothing',
    killPoint: scenario?.killPoint ?? null,
    occurrence: 1 + Math.floor(random() * (scenario?.maxOccurrence ?? 1)),
  };
}

/** A receiver that was failing has been mended by now; what it refused must arrive all the same. */
async function recoverAndRead({ campaign, database, receiver }: Stage, victim: Victim) {
  receiver.setMood('healthy');
  const { afterMs } = await victim.hear('recovered');
  return { afterMs, evidence: await readEvidence(database, campaign.system === 'plugin') };
}

function remember(recorded: Map<string, Recorded>, evidence: Evidence): void {
  for (const [messageId, counts] of evidence.recorded) recorded.set(messageId, counts);
}

async function playRound({ campaign, receiver }: Stage, life: Life): Promise<void> {
  const { scenario, victim } = life;
  if (scenario.work === 'replay') receiver.setMood('hostile');
  victim.tell('prepare');
  await victim.hear('prepared');

  receiver.setMood(scenario.mood);
  victim.tell('go');
  if (scenario.killPoint === null) {
    await victim.hear('acknowledged');
    const delayMs = campaign.random() * MAX_RANDOM_KILL_MS;
    await new Promise((passed) => setTimeout(passed, delayMs));
    victim.kill();
  } else {
    await victim.hear('killing');
  }
  await victim.dead;
}
