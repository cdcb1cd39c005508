/** Sends events of the log to an endpoint, as a job that survives a restart. It can count first. */
import { CoreError } from '../../core/errors';
import { COUNTED_UP_TO } from '../../core/message/limits';
import { KEPT_SOURCES } from '../../delivery/engine/kept-events';
import type { Runtime } from '../../runtime/runtime';
import type { Actor, DryRunResult, EventReplayInput, JobView } from '../contract';
import { startJob } from './start-job';

/** @throws CoreError INVALID_VALUE without such an endpoint, or such a range of time. */
export async function replayEvents(
  runtime: Runtime,
  { endpointId, filter, dryRun }: EventReplayInput,
  actor: Actor
): Promise<DryRunResult | { job: JobView }> {
  const { store, directory } = runtime;
  await directory.refreshIfChanged();
  if (directory.endpoint(endpointId) === undefined) {
    throw new CoreError('INVALID_VALUE', `there is no endpoint ${endpointId}`, 'endpointId');
  }
  const { from = 0, to = Infinity } = filter;
  if (from >= to) throw new CoreError('INVALID_VALUE', 'must be after "from"', 'filter.to');
  const match = { ...filter, source: [...KEPT_SOURCES] };
  // Read the limit first: events that arrive during the count are not part of the job.
  const upTo = await store.maxEventId();
  const total = await store.countEvents(match, COUNTED_UP_TO);
  if (dryRun === true) return { dryRun: true, matched: total };
  const sent = { ...match, endpointId: [endpointId] };
  return startJob(runtime, { kind: 'replay-events', filter: sent, upTo, total }, actor);
}
