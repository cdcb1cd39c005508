/**
 * Decides which messages of a FIFO queue may be sent.
 *
 * A message and its callbacks share a place in the queue. The first `parallelism` places may send.
 * A place is free when its message and its callbacks are delivered or failed, retries included. A
 * place that waits for a retry keeps its turn. Pure: the state of the queue comes from the
 * database, for all nodes.
 */
export interface InLine {
  id: number;
  place: number;
  /** Pending: when it may be sent. In flight: when its lease ends. */
  readyAt: number;
  /** Tried before, in flight, or a callback: its place already has its turn. */
  started: boolean;
}

/** @returns ids of the messages that may be sent now, in order. */
export function turnsOf(line: readonly InLine[], parallelism: number, now: number): number[] {
  const begun = new Set(line.filter(({ started }) => started).map(({ place }) => place));
  // Of two concurrent transactions, the one with the earlier place may commit later. Places that
  // have started go on.
  const places = [...new Set(line.map(({ place }) => place))].sort(
    (a, b) => Number(begun.has(b)) - Number(begun.has(a)) || a - b
  );
  const serving = new Set(places.slice(0, parallelism));
  return line
    .filter(({ place, readyAt }) => serving.has(place) && readyAt <= now)
    .sort((a, b) => a.place - b.place || a.id - b.id)
    .map(({ id }) => id);
}
