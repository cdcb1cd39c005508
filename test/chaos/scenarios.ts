/**
 * What happens to a Strapi at work: the ways to die, in the order of a message's life, and the
 * disasters that it outlives. `disasters.ts` brings the latter about.
 */
import type { DatabaseKind } from '../support/databases';
import type { KillPoint, System, Work } from './protocol';
import type { Mood } from './receiver';

export const DISASTERS = [
  'replica-killed',
  'database-restarted',
  'commits-cut',
  'hostile-receivers',
  'clock-set',
] as const;
export type Disaster = (typeof DISASTERS)[number];

export interface Scenario {
  /** As the table says it. */
  name: string;
  work: Work;
  killPoint: KillPoint | null;
  disaster: Disaster | null;
  mood: Mood;
  /** Chosen by lot up to here, so that rounds differ in what else is under way. */
  maxOccurrence: number;
  /** Strapi's own webhooks have no claim, settlement, retention or replay to die in. */
  systems: readonly System[];
  databases: readonly DatabaseKind[];
}

const BOTH: readonly System[] = ['plugin', 'native'];
const PLUGIN: readonly System[] = ['plugin'];
const ALL: readonly DatabaseKind[] = ['sqlite', 'postgres', 'mysql'];
/** SQLite is a file of one process: it has no replicas, no server to restart, no connection to cut. */
const SERVERS: readonly DatabaseKind[] = ['postgres', 'mysql'];

const change = (
  name: string,
  killPoint: KillPoint | null,
  systems: readonly System[]
): Scenario => ({
  name,
  work: 'changes',
  killPoint,
  disaster: null,
  mood: 'healthy',
  maxOccurrence: 12,
  systems,
  databases: ALL,
});

export const DEATHS: readonly Scenario[] = [
  change('killed before the commit', 'before-commit', PLUGIN),
  change('killed after the commit, before the wake', 'after-commit', BOTH),
  change('killed after the claim', 'after-claim', PLUGIN),
  change('killed as the request begins', 'request-begun', BOTH),
  change('killed after the response, before settling', 'after-response', BOTH),
  change('killed during the settlement', 'during-settle', PLUGIN),
  change('killed after the settlement', 'after-settle', PLUGIN),
  { ...change('killed during a purge', 'during-purge', PLUGIN), work: 'purge', maxOccurrence: 2 },
  {
    ...change('killed during a replay job', 'during-replay', PLUGIN),
    work: 'replay',
    maxOccurrence: 3,
  },
  {
    ...change('killed between two steps of a replay job', 'between-replay-steps', PLUGIN),
    work: 'replay',
    maxOccurrence: 2,
  },
  change('killed at a random moment', null, BOTH),
  { ...change('killed at random, receiver failing 1 in 5', null, BOTH), mood: 'flaky' },
];

const disaster = (name: string, kind: Disaster, overrides: Partial<Scenario> = {}): Scenario => ({
  ...change(name, null, BOTH),
  disaster: kind,
  ...overrides,
});

export const STORMS: readonly Scenario[] = [
  disaster('one replica of three killed', 'replica-killed', { databases: SERVERS }),
  disaster('database restarted', 'database-restarted', { databases: SERVERS }),
  disaster('connections cut as they commit', 'commits-cut', { databases: SERVERS }),
  disaster('five hostile receivers beside it, killed', 'hostile-receivers'),
  disaster('clock set back and forth, receiver failing', 'clock-set', { mood: 'flaky' }),
];

export const SCENARIOS: readonly Scenario[] = [...DEATHS, ...STORMS];
