/** Lists and cancels bulk jobs. `delivery/upkeep/maintenance.ts` runs them. */
import type { Core } from '@strapi/strapi';

import { currentActor } from '../../host/actor';
import type { BackfillInput, DifferenceQuery, JobKind, JobView, ReconcileInput } from '../contract';
import { backfill } from './backfill';
import { forgetLedger, ledgerView, reconcile } from './reconcile';
import { dismissOffers, reconcileOffers } from './reconcile-reasons';
import { listDifferences } from './differences';
import { jobView } from './job-view';
import { CoreError } from '../../core/errors';
import type { JobRecord } from '../../store/types';
import { HOUR_MS } from '../../core/time';
import { runtimeOf } from '../../runtime/runtime';

/** Jobs are few; older ones are not listed. */
const LISTED = 100;
/** Kinds whose messages are delivered after them. */
const SENDING: ReadonlySet<JobKind> = new Set(['replay', 'replay-events', 'backfill', 'reconcile']);
const PAUSABLE: ReadonlySet<JobKind> = new Set(['backfill', 'reconcile']);

export const createJobsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const store = () => runtimeOf(strapi).store;

  async function get(id: number): Promise<JobView> {
    const job = await store().findJob(id);
    if (job === null) throw new CoreError('NOT_FOUND', `there is no job ${id}`);
    return withOutcome(job);
  }

  async function withOutcome(job: JobRecord): Promise<JobView> {
    const { clock, directory } = runtimeOf(strapi);
    const isFresh = job.finishedAt === null || clock.now() - job.finishedAt < HOUR_MS;
    if (!SENDING.has(job.kind) || !isFresh) return jobView(job);
    return jobView(job, await store().jobOutcome(job, directory.heldEndpointIds()));
  }

  /** @throws CoreError NOT_FOUND, CONFLICT */
  async function setPaused(id: number, paused: boolean): Promise<JobView> {
    const { kind } = await get(id);
    if (!PAUSABLE.has(kind)) {
      throw new CoreError('CONFLICT', `a ${kind} job cannot be paused, only stopped`);
    }
    if (!(await store().pauseJob(id, paused))) {
      const { state } = await get(id);
      throw new CoreError('CONFLICT', `the job ${id} is ${state}`);
    }
    if (!paused) runtimeOf(strapi).stir();
    return get(id);
  }

  return {
    /**
     * Sends documents to an endpoint, or counts them.
     *
     * @throws CoreError naming the field; NOT_FOUND; CONFLICT while another backfill of it is not finished.
     */
    backfill: (endpointId: number, input: BackfillInput = {}) =>
      backfill(runtimeOf(strapi), endpointId, input, currentActor(strapi)),

    /**
     * Compares what the endpoint's receiver has with the content; with `heal`, sends what differs.
     *
     * @throws CoreError naming the field; NOT_FOUND; CONFLICT while another job of it is not finished.
     */
    reconcile: (endpointId: number, input: ReconcileInput = {}) =>
      reconcile(runtimeOf(strapi), endpointId, input, currentActor(strapi)),

    /** Endpoints with a ledger that should be compared, and why. */
    offers: () => reconcileOffers(runtimeOf(strapi)),
    dismissOffers: (input: { endpointIds: number[] }) => dismissOffers(runtimeOf(strapi), input),

    /** Lists what the latest comparison of an endpoint has found. */
    differences: (endpointId: number, query: DifferenceQuery & { pageSize: number }) =>
      listDifferences(runtimeOf(strapi), endpointId, query),

    ledger: (endpointId: number) => ledgerView(runtimeOf(strapi), endpointId),

    /** Forgets what the receiver acknowledged since an instant: it was restored from a backup of that time. */
    forgetLedger: (endpointId: number, input: { since: number }) =>
      forgetLedger(runtimeOf(strapi), endpointId, input),

    pause: (id: number): Promise<JobView> => setPaused(id, true),
    resume: (id: number): Promise<JobView> => setPaused(id, false),

    /** Newest first. */
    list: async (): Promise<JobView[]> =>
      Promise.all((await store().listJobs(LISTED)).map(withOutcome)),

    get,

    /** Stops a job. What it has changed stays changed. @throws CoreError NOT_FOUND, CONFLICT */
    async cancel(id: number): Promise<JobView> {
      const job = await get(id);
      if (!(await store().cancelJob(id, runtimeOf(strapi).clock.now()))) {
        const { state } = await get(id);
        throw new CoreError('CONFLICT', `the ${job.kind} job ${id} is ${state} already`);
      }
      return get(id);
    },
  };
};
