/**
 * Whose turn it is in a FIFO queue.
 *
 * A place in the line belongs to one message and its callbacks. The first `parallelism` places have
 * their turn; the next one moves up only when nothing of a place is left: delivered or dead, retries
 * included, and its callbacks finished, too. A place that waits for its retry keeps its turn.
 * Pure: the line is as the database has it, for all nodes.
 */
export interface InLine {
  id: number;
  place: number;
  /** Pending: when it may be sent. Being sent: when its lease ends, after which it may be sent again. */
  readyAt: number;
  /** It has been sent before, is being sent, or is a callback: its place has had its turn already. */
  started: boolean;
}

/** @returns ids that may be sent now, in order. */
export function turnsOf(line: readonly InLine[], parallelism: number, now: number): number[] {
  const begun = new Set(line.filter(({ started }) => started).map(({ place }) => place));
  // Of two transactions that enqueued at once the earlier place may appear later: what has begun goes on.
  const places = [...new Set(line.map(({ place }) => place))].sort(
    (a, b) => Number(begun.has(b)) - Number(begun.has(a)) || a - b
  );
  const serving = new Set(places.slice(0, parallelism));
  return line
    .filter(({ place, readyAt }) => serving.has(place) && readyAt <= now)
    .sort((a, b) => a.place - b.place || a.id - b.id)
    .map(({ id }) => id);
}
