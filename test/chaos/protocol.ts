/**
 * What the judge (the parent) and the victim (the child that is killed) say to each other.
 *
 * The plan goes in by environment. Reports come back as lines on file descriptor 3, written with
 * `writeSync`: what was written before a SIGKILL is in the pipe, and is read after the death.
 */

/** Who sends the webhooks: this plugin, or Strapi by itself. */
export type System = 'plugin' | 'native';

/** Instants of a message's life at which a process can be made to die. `kill-points.ts` finds them. */
export const KILL_POINTS = [
  'before-commit',
  'after-commit',
  'after-claim',
  'request-begun',
  'after-response',
  'during-settle',
  'after-settle',
  'during-purge',
  'during-replay',
  'between-replay-steps',
  'during-job-step',
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** What the victim is doing when it dies. */
export type Work = 'changes' | 'purge' | 'replay' | 'nothing';

export interface Plan {
  round: number;
  /** Which of several at work in this round; their titles differ. */
  replica: number;
  system: System;
  receiverUrl: string;
  work: Work;
  /** Null: the judge kills, at a moment of its own choosing. */
  killPoint: KillPoint | null;
  /** Dies when the point is reached for the n-th time. */
  occurrence: number;
  /** A change may fail for want of a database: that is said, and the next one is made. */
  tolerant: boolean;
  /** Endpoints that break the rules of HTTP, subscribed beside the one that counts. */
  hostileUrls: readonly string[];
}

export type Report =
  /** Booted, and everything that earlier lives had left undone is delivered. */
  | { kind: 'recovered'; afterMs: number }
  /** What the work needs to begin with is there. */
  | { kind: 'prepared' }
  /** The change is committed: `documents().create()` has resolved. */
  | { kind: 'acknowledged'; titles: string[] }
  | { kind: 'rolled-back'; title: string }
  /** The caller got an error: committed or not, the database knows. */
  | { kind: 'in-doubt'; titles: string[] }
  /** Told to stop working, it has; and everything is delivered, in this same life. */
  | { kind: 'drained'; afterMs: number }
  /** The last words, before the kill. */
  | { kind: 'killing'; killPoint: KillPoint }
  /** The work ended and nothing killed it: the point was never reached. */
  | { kind: 'survived' }
  | { kind: 'failed'; error: string };

/** What the judge says on standard input, a line each. `clock +N`: the machine's is N ms ahead from now on. */
export type Command = 'prepare' | 'go' | 'drain' | `clock ${number}`;

export const PLAN_VARIABLE = 'CHAOS_PLAN';
export const REPORT_FD = 3;

/** Titles name the round a change belongs to, so that each is counted where it was made. */
export const titleOf = (
  round: number,
  kind: 'change' | 'rollback' | 'publish' | 'nothing',
  n: number
): string => `round ${round} ${kind} ${n}`;

export function roundOf(title: string): number {
  const round = /^round (\d+) /.exec(title)?.[1];
  if (round === undefined) throw new Error(`not a title of ours: ${title}`);
  return Number(round);
}
