/**
 * Compares endpoints at the times of their plans. Each run is made once, on one node. A run that is due while
 * the endpoint is paused, or while another job sends documents to it, is skipped.
 */
import { CoreError } from '../../core/errors';
import type { ReconcilePlan } from '../../core/ledger/plan';
import type { EndpointSettings } from '../../delivery/engine/directory';
import { AT_ONCE } from '../../delivery/upkeep/agenda';
import type { Runtime } from '../../runtime/runtime';
import { NOBODY } from '../../store/log/job-record';
import { nextReconcile, reconcileJob } from './reconcile';
import { lookForReasons } from './reconcile-reasons';
import { startJob, unfinishedJob, type NewJob } from './start-job';

type Planned = EndpointSettings & { reconcile: ReconcilePlan };

const isPlanned = (endpoint: EndpointSettings): endpoint is Planned =>
  endpoint.ledger && endpoint.reconcile !== null;

/** @returns null when it cannot be compared now. */
async function jobOf(on: Runtime, { id, name, reconcile }: Planned): Promise<NewJob | null> {
  try {
    const { exact, heal } = reconcile;
    return await reconcileJob(on, id, { exact, heal });
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    on.log.warn(`endpoint "${name}" could not be compared by its plan: ${error.message}`);
    return null;
  }
}

async function run(on: Runtime, endpoint: Planned, dueAt: number): Promise<void> {
  const { store, clock, log } = on;
  const { id, name, state, reconcile } = endpoint;
  const job = state === 'active' ? await jobOf(on, endpoint) : null;
  const nextAt = nextReconcile(reconcile, clock.now());
  await store.inTransaction(async () => {
    if (!(await store.moveReconcile(endpoint, dueAt, nextAt))) return;
    const other = await unfinishedJob(on, id);
    if (job !== null && other === undefined) await startJob(on, job, NOBODY);
    else if (other !== undefined)
      log.info(`endpoint "${name}" is not compared: job ${other.id} runs`);
  });
}

/** @returns when the endpoint has to be looked at again. */
async function lookAt(on: Runtime, endpoint: Planned, at: number | null): Promise<number> {
  const now = on.clock.now();
  if (at !== null && at > now) return at;
  if (at === null)
    await on.store.moveReconcile(endpoint, null, nextReconcile(endpoint.reconcile, now));
  else await run(on, endpoint, at);
  return AT_ONCE;
}

export const createPlannedReconcileService = () => ({
  /**
   * Starts what is due. An endpoint that fails does not keep the others from it.
   *
   * @returns when there is something to do again.
   * @throws for the first endpoint that failed; it stays due.
   */
  async runDue(on: Runtime): Promise<number> {
    const planned = on.directory.endpoints().filter(isPlanned);
    const nextLook = await lookForReasons(on);
    if (planned.length === 0) return nextLook;
    const times = await on.store.reconcileTimes(planned.map(({ id }) => id));
    const failures: unknown[] = [];
    let next = nextLook;
    for (const endpoint of planned) {
      const at = await lookAt(on, endpoint, times.get(endpoint.id) ?? null).catch(
        (error: unknown) => {
          failures.push(error);
          return AT_ONCE;
        }
      );
      next = Math.min(next, at);
    }
    if (failures.length > 0) throw failures[0];
    return next;
  },
});
