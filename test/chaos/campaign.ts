/**
 * A campaign: one system on one database, through disasters and deaths. Each life first recovers what
 * the lives before it left undone, then works, then meets its disaster and dies; the last one only
 * recovers.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTestDatabase, type DatabaseKind, type TestDatabase } from '../support/databases';
import { createCommitCutter } from './commit-cutter';
import { startDatabaseServer, type DatabaseServer } from './database-server';
import { BRING, createHostileServers, REPLICAS } from './disasters';
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
  // The dead letters of the replay are made by refusing hundreds in a row: no endpoint is suspended for that here.
  health: { minAttempts: 1_000_000 },
  // Through the cable that is cut, the database has another address.
  environment: 'chaos',
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
  /** Names of scenarios for which there is no server to restart. */
  leftOut: string[];
}

interface Life {
  scenario: Scenario;
  plan: Plan;
  /** One, or the replicas. */
  victims: Victim[];
}

export async function runCampaign(campaign: Campaign): Promise<CampaignResult> {
  const server = await startDatabaseServer(campaign.database);
  const closing: (() => Promise<unknown>)[] = [async () => server?.stop()];
  const victims: Victim[] = [];
  try {
    const database = await createTestDatabase(campaign.database, server?.url);
    closing.unshift(() => database.drop());
    const receiver = await createMoodyReceiver();
    closing.unshift(() => receiver.close());
    const publicDir = await mkdtemp(join(tmpdir(), 'gw-chaos-'));
    await mkdir(join(publicDir, 'uploads'));
    closing.unshift(() => rm(publicDir, { recursive: true, force: true }));
    const start = (plan: Plan, url?: string): Victim => {
      const env = environment(campaign.system, database, publicDir);
      const victim = startVictim(plan, url === undefined ? env : { ...env, DATABASE_URL: url });
      victims.push(victim);
      return victim;
    };
    return await play({ campaign, database, server, receiver, start });
  } finally {
    victims.forEach((victim) => victim.kill());
    await Promise.all(victims.map((victim) => victim.dead));
    for (const close of closing) await close();
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
  server: DatabaseServer | null;
  receiver: MoodyReceiver;
  /** @param url of the database, if not the usual one. */
  start: (plan: Plan, url?: string) => Victim;
}

async function play(stage: Stage): Promise<CampaignResult> {
  const { system, database, scenarios, repeats, log } = stage.campaign;
  const fitting = scenarios.filter(
    (scenario) => scenario.systems.includes(system) && scenario.databases.includes(database)
  );
  const isPossible = ({ disaster }: Scenario): boolean =>
    disaster !== 'database-restarted' || stage.server !== null;
  const leftOut = fitting.filter((scenario) => !isPossible(scenario)).map(({ name }) => name);
  for (const name of leftOut) log(`left out, for want of a server of our own: ${name}`);
  const played = Array.from({ length: repeats }, () => fitting.filter(isPossible)).flat();
  const lives: Life[] = [];
  /** Attempts as they were recorded when the round had recovered: a later purge removes them. */
  const recorded = new Map<string, Recorded>();

  for (const [round, scenario] of played.entries()) {
    const life = { scenario, plan: planOf(stage, scenario, round), victims: [] };
    lives.push(life);
    const { evidence, afterMs } = await live(stage, life);
    remember(recorded, evidence);
    log(`${system} round ${round}: recovered in ${afterMs} ms; ${scenario.name}`);
  }

  const last = stage.start(planOf(stage, undefined, played.length));
  const { evidence } = await recoverAndRead(stage, last);
  remember(recorded, evidence);
  return {
    rounds: lives.map(({ scenario, plan, victims }) => ({
      scenario,
      ...judge({
        round: plan.round,
        reports: victims.flatMap(({ reports }) => reports),
        receipts: stage.receiver.receipts,
        committed: evidence.committed,
        recorded,
      }),
    })),
    orphans: evidence.orphans,
    notDelivered: evidence.notDelivered,
    leftOut,
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
    replica: 0,
    system,
    receiverUrl: receiver.url,
    work: scenario?.work ?? 'nothing',
    killPoint: scenario?.killPoint ?? null,
    occurrence: 1 + Math.floor(random() * (scenario?.maxOccurrence ?? 1)),
    tolerant: scenario?.disaster === 'database-restarted' || scenario?.disaster === 'commits-cut',
    hostileUrls: [],
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

/** From its boot to its death. @returns what it found of the lives before it. */
async function live(stage: Stage, life: Life) {
  const { campaign, database, server, receiver } = stage;
  const { disaster } = life.scenario;
  const url = database.env.DATABASE_URL ?? '';
  const cutter = disaster === 'commits-cut' ? await createCommitCutter(url, campaign.random) : null;
  const hostile = disaster === 'hostile-receivers' ? await createHostileServers() : [];
  life.plan = { ...life.plan, hostileUrls: hostile.map((one) => one.url) };
  try {
    const first = stage.start(life.plan, cutter?.url);
    life.victims.push(first);
    const recovered = await recoverAndRead(stage, first);
    if (disaster === 'replica-killed') await addReplicas(stage, life);
    await begin(stage, life);
    if (disaster === null) await die(stage, life.plan, first);
    else {
      const { system, random } = campaign;
      await BRING[disaster]({ system, random, receiver, server, cutter, victims: life.victims });
    }
    return recovered;
  } finally {
    life.victims.forEach((victim) => victim.kill());
    await Promise.all(life.victims.map((victim) => victim.dead));
    await cutter?.close();
    await Promise.all(hostile.map((one) => one.close()));
  }
}

async function addReplicas(stage: Stage, { plan, victims }: Life): Promise<void> {
  for (let replica = 1; replica < REPLICAS; replica += 1) {
    victims.push(stage.start({ ...plan, replica }));
  }
  await Promise.all(victims.map((victim) => victim.hear('recovered')));
}

async function begin({ receiver }: Stage, { scenario, plan, victims }: Life): Promise<void> {
  if (scenario.work === 'replay') receiver.setMood('hostile');
  for (const victim of victims) victim.tell('prepare');
  await Promise.all(victims.map((victim) => victim.hear('prepared')));
  receiver.setMood(scenario.mood);
  receiver.setRound(plan.round);
  for (const victim of victims) victim.tell('go');
}

async function die({ campaign }: Stage, plan: Plan, victim: Victim): Promise<void> {
  if (plan.killPoint !== null) {
    await victim.hear('killing');
    return;
  }
  await victim.hear('acknowledged');
  const delayMs = campaign.random() * MAX_RANDOM_KILL_MS;
  await new Promise((passed) => setTimeout(passed, delayMs));
}
