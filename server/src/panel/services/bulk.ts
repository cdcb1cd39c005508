/**
 * Replays, cancels or deletes many messages: a selection at once, a filter as a job that survives
 * a restart. Both can count first.
 */
import type {
  Actor,
  BulkInput,
  DryRunResult,
  JobView,
  MessageJobKind,
  MessageFilter,
  MessageState,
} from '../contract';
import { CoreError } from '../../core/errors';
import type { MessageRow } from '../../store/types';
import { startJob } from './start-job';
import type { Runtime } from '../../runtime/runtime';
import { COUNTED_UP_TO, NO_ENDPOINT } from '../../core/message/limits';

interface Rule {
  /** States the action applies to. */
  allowed: readonly MessageState[];
  /** States meant when the filter names none. */
  implied: MessageState[];
}

const FINISHED: readonly MessageState[] = ['delivered', 'dead', 'canceled'];

const RULES: Record<MessageJobKind, Rule> = {
  replay: { allowed: FINISHED, implied: ['dead'] },
  delete: { allowed: FINISHED, implied: ['dead'] },
  cancel: { allowed: ['pending', 'active'], implied: ['pending'] },
};

export type BulkResult = DryRunResult | { changed: number } | { job: JobView };

/** @throws CoreError INVALID_FILTER when the filter names a state the action does not apply to. */
export async function bulk(
  runtime: Runtime,
  kind: MessageJobKind,
  input: BulkInput,
  actor: Actor
): Promise<BulkResult> {
  return 'messageIds' in input
    ? bulkSelection(runtime, kind, input, actor)
    : bulkFilter(runtime, kind, input, actor);
}

/**
 * Skips selected messages the action no longer applies to: the selection was made on a page that
 * is seconds old.
 */
async function bulkSelection(
  runtime: Runtime,
  kind: MessageJobKind,
  { messageIds, dryRun }: { messageIds: string[]; dryRun?: boolean },
  actor: Actor
): Promise<DryRunResult | { changed: number }> {
  const { store, clock } = runtime;
  const rows = await store.findMessages([...new Set(messageIds)]);
  const within = rows.filter((row) => RULES[kind].allowed.includes(row.state));
  const ids = (kind === 'replay' ? await withReceiver(runtime, within) : within).map(
    ({ id }) => id
  );
  if (dryRun === true) return { dryRun: true, matched: ids.length };
  if (ids.length === 0) return { changed: 0 };
  switch (kind) {
    case 'replay': {
      const now = clock.now();
      const changed = await runtime.replay.replay(ids, now);
      await store.noteAsk(ids, { at: now, kind: 'replay', actor });
      runtime.wake();
      return { changed };
    }
    case 'cancel':
      return { changed: await store.cancel(ids, clock.now()) };
    case 'delete':
      return { changed: await store.deleteFinished(ids) };
  }
}

async function bulkFilter(
  runtime: Runtime,
  kind: MessageJobKind,
  input: { filter: MessageFilter; dryRun?: boolean },
  actor: Actor
): Promise<DryRunResult | { job: JobView }> {
  const { store } = runtime;
  const filter = { ...input.filter, state: input.filter.state ?? RULES[kind].implied };
  assertStates(kind, filter.state);
  // Read the limit first: messages that arrive during the count are not part of the job.
  const upTo = await store.maxMessageId();
  const total = await store.countMatching(filter, COUNTED_UP_TO);
  if (input.dryRun === true) {
    if (kind !== 'replay') return { dryRun: true, matched: total };
    const matched = await sendable(runtime, filter);
    return { dryRun: true, matched, skipped: total - matched };
  }
  return startJob(runtime, { kind, filter, upTo, total }, actor);
}

/** Matching messages without those whose endpoint was deleted, which a replay skips. */
async function sendable({ store }: Runtime, filter: MessageFilter): Promise<number> {
  const known = [NO_ENDPOINT, ...(await store.listEndpoints()).map(({ id }) => id)];
  const endpointId = filter.endpointId?.filter((id) => known.includes(id)) ?? known;
  return store.countMatching({ ...filter, endpointId }, COUNTED_UP_TO);
}

function assertStates(kind: MessageJobKind, states: readonly MessageState[]): void {
  const { allowed } = RULES[kind];
  const wrong = states.findIndex((state) => !allowed.includes(state));
  if (wrong === -1) return;
  throw new CoreError(
    'INVALID_FILTER',
    `${kind} acts on ${allowed.join(', ')} messages, not on ${states[wrong]} ones`,
    `filter.state.${wrong}`
  );
}

/** Messages whose endpoint was not deleted. Reads the table: another node may have deleted it. */
export async function withReceiver(
  { store }: Runtime,
  rows: readonly MessageRow[]
): Promise<MessageRow[]> {
  const known = new Set((await store.listEndpoints()).map(({ id }) => id));
  return rows.filter(({ endpointId }) => endpointId === null || known.has(endpointId));
}
