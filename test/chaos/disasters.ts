/**
 * The disasters, brought about by the judge while victims work. But for the hostile receivers, the
 * victims outlive them: everything must be delivered in the same life, without a restart to help.
 */
import { createHostileServer, BEHAVIOURS, type HostileServer } from '../support/hostile-server';
import type { CommitCutter } from './commit-cutter';
import type { DatabaseServer } from './database-server';
import type { System } from './protocol';
import type { MoodyReceiver } from './receiver';
import type { Disaster } from './scenarios';
import type { Victim } from './victim';

export interface Disastrous {
  system: System;
  /** At work, each in a process of its own. */
  victims: readonly Victim[];
  receiver: MoodyReceiver;
  random: () => number;
  server: DatabaseServer | null;
  cutter: CommitCutter | null;
}

type Bring = (world: Disastrous) => Promise<void>;

export const REPLICAS = 3;

const HOUR_MS = 3_600_000;
/** Longer than a lease, sometimes: then what was answered meanwhile is sent again. */
const MAX_DOWN_MS = 3_000;
const CUTTING_MS = 2_000;
const CUT_PROBABILITY = 0.15;
const MAX_MOMENT_MS = 700;
/** What a native webhook sends late comes within this of the one before. */
const QUIET_MS = 1_500;

export const HOSTILE: readonly (keyof typeof BEHAVIOURS)[] = [
  'neverAnswers',
  'dripsBody',
  'endlessBody',
  'resetsAfterHeaders',
  'endsEarly',
];

export const createHostileServers = (): Promise<HostileServer[]> =>
  Promise.all(HOSTILE.map((name) => createHostileServer(BEHAVIOURS[name])));

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const aMoment = ({ random }: Disastrous): Promise<void> => passed(random() * MAX_MOMENT_MS);

/** They go on working: each has a change committed that it has not reported yet. */
const workGoesOn = (victims: readonly Victim[]): Promise<unknown> =>
  Promise.all(victims.map((victim) => victim.hearAnother('acknowledged')));

const killReplica: Bring = async (world) => {
  const { victims, random } = world;
  await workGoesOn(victims);
  await aMoment(world);
  const doomed = victims[Math.floor(random() * victims.length)];
  doomed?.kill();
  await doomed?.dead;
  const others = victims.filter((victim) => victim !== doomed);
  await workGoesOn(others);
  await drain(world, others);
};

const restartDatabase: Bring = async (world) => {
  const { victims, random, server } = world;
  await workGoesOn(victims);
  await aMoment(world);
  await server?.restart(random() < 0.5 ? 'asked' : 'killed', random() * MAX_DOWN_MS);
  await workGoesOn(victims);
  await drain(world, victims);
};

const cutCommits: Bring = async (world) => {
  const { victims, cutter } = world;
  await workGoesOn(victims);
  cutter?.setProbability(CUT_PROBABILITY);
  await passed(CUTTING_MS);
  cutter?.setProbability(0);
  await workGoesOn(victims);
  await drain(world, victims);
};

const hostileReceivers: Bring = async (world) => {
  await workGoesOn(world.victims);
  await passed(CUTTING_MS);
  await aMoment(world);
};

const setClock: Bring = async (world) => {
  const { victims } = world;
  for (const aheadMs of [-HOUR_MS, HOUR_MS, 0]) {
    for (const victim of victims) victim.tell(`clock ${aheadMs}`);
    await workGoesOn(victims);
    await aMoment(world);
  }
  for (const victim of victims) victim.tell(`clock ${-HOUR_MS}`);
  await drain(world, victims);
};

export const BRING: Readonly<Record<Disaster, Bring>> = {
  'replica-killed': killReplica,
  'database-restarted': restartDatabase,
  'commits-cut': cutCommits,
  'hostile-receivers': hostileReceivers,
  'clock-set': setClock,
};

/** They stop working and deliver what there is. What Strapi's own webhooks have sent, only the receiver can tell. */
async function drain({ system, receiver }: Disastrous, victims: readonly Victim[]): Promise<void> {
  for (const victim of victims) victim.tell('drain');
  await Promise.all(victims.map((victim) => victim.hear('drained')));
  if (system === 'plugin') return;
  for (let before = -1; before !== receiver.receipts.length;) {
    before = receiver.receipts.length;
    await passed(QUIET_MS);
  }
}
