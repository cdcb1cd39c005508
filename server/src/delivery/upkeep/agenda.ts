/**
 * Knows when this node must ask the database again: after a change made on this node, at the next known
 * instant, and otherwise after an interval, in case another process has changed something
 * (docs/decisions/0019-an-idle-node-is-quiet.md).
 *
 * A step of a second's work returns the instant when it has work again: `AT_ONCE` to be asked in the
 * next second, `NEVER` when it knows of none.
 */

import type { Store } from '../loop/ports';
import { SECOND_MS } from '../../core/time';

/** Epoch ms, like every instant here. */
export const AT_ONCE = 0;
export const NEVER = Infinity;

/** More may follow a change: until then the node asks every second, and need not find out what is due next. */
const QUIET_AFTER_MS = 5 * SECOND_MS;

interface Dependencies {
  now: () => number;
  /** The longest time without asking. */
  idlePollMs: number;
}

export function createAgenda({ now, idlePollMs }: Dependencies) {
  let nextAt = AT_ONCE;
  let turns = 0;
  let stirredAt = -Infinity;

  return {
    /** Reports a change on this node: what was known of the next instant may no longer hold. */
    stir(): void {
      turns += 1;
      nextAt = AT_ONCE;
      stirredAt = now();
    },

    isQuiet: (): boolean => now() - stirredAt >= QUIET_AFTER_MS,

    isDue: (): boolean => now() >= nextAt,

    /**
     * Does a second's work.
     *
     * @param work returns when there is work again. Of no use when something changed meanwhile, or
     *   when a later run began.
     */
    async run(work: () => Promise<number>): Promise<void> {
      turns += 1;
      const turn = turns;
      const wantedAt = await work();
      if (turn === turns) nextAt = Math.min(wantedAt, now() + idlePollMs);
    },
  };
}

export type Agenda = ReturnType<typeof createAgenda>;

/** A claim that reports what it finds, or that it fails: something is due later, then. */
export const stirring =
  (claim: Store['claim'], stir: () => void): Store['claim'] =>
  async (request) => {
    let found = true;
    try {
      const messages = await claim(request);
      found = messages.length > 0;
      return messages;
    } finally {
      if (found) stir();
    }
  };
