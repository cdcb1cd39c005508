/**
 * Bulk jobs and retention, a small step at a time so that they never hold the database for long.
 * Any node may do it; leases in the rows prevent two from doing the same.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { PluginConfig } from '../../config/schema';
import { holderOf } from '../../stats/withheld';
import type { Log } from '../loop/ports';
import type { Turns } from '../loop/turns';
import { AT_ONCE, NEVER } from './agenda';
import {
  JOB_WAIT_MS,
  type CompareDocuments,
  type MakeDocumentMessages,
  type MakeMessages,
} from '../../store/log/job-types';
import type { FullStore } from '../../store/types';
import type { Replay } from '../engine/replay';
import { CoreError } from '../../core/errors';
import { MINUTE_MS } from '../../core/time';

/** Jobs after whose steps messages are due. */
const SENDING: ReadonlySet<string> = new Set(['replay', 'replay-events', 'backfill', 'reconcile']);
/** Steps are milliseconds apart. After this time another node continues the job of a killed one. */
const JOB_LEASE_MS = 5_000;
const PURGE_BATCH = 500;
/**
 * Batches of retention in one run. The rest waits a minute, to limit the load of a first large
 * clean-up.
 */
const PURGE_BATCHES_PER_ROUND = 20;
const PURGE_EVERY_MS = MINUTE_MS;
/** After a run that found nothing to remove. */
const PURGE_IDLE_MS = 10 * MINUTE_MS;
const LOOK_FOR_DELETIONS_MS = MINUTE_MS;
/** The node that deletes an endpoint cancels its messages. After this time any node continues. */
const DELETION_MS = MINUTE_MS;

interface Dependencies {
  store: Pick<
    FullStore,
    | 'hasRunningJob'
    | 'stepJob'
    | 'purge'
    | 'purgeJobs'
    | 'purgeAudit'
    | 'deletedEndpoints'
    | 'finishDeletion'
    | 'expiredEndpoints'
    | 'deleteEndpoint'
    | 'removeWithheld'
  >;
  config: PluginConfig;
  now: () => number;
  token: () => string;
  replay: Replay;
  /** Replayed messages are due at once. */
  wake: () => void;
  /** Jobs yield to Strapi, as deliveries do. */
  turns: Pick<Turns, 'group' | 'step'>;
  makeMessages: MakeMessages;
  makeDocumentMessages: MakeDocumentMessages;
  compareDocuments: CompareDocuments;
  log: Log;
}

export function createMaintenance(deps: Dependencies) {
  const { store, config, now, token, replay, wake, turns, log } = deps;
  const { makeMessages, makeDocumentMessages, compareDocuments } = deps;
  // Jobs outlive the request or transaction that starts them: their statements would join the one, and
  // their changes would count as those of the other's user.
  const outsideAnyRequest = AsyncLocalStorage.snapshot();
  let jobs: Promise<void> | undefined;
  /** A job was started since the last step began. */
  let isWanted = false;
  let again: NodeJS.Timeout | undefined;
  let purging: Promise<number> | undefined;
  let deleting: Promise<void> | undefined;
  let purgedAt = 0;
  let purgeAfterMs = PURGE_EVERY_MS;
  let lookedForDeletionsAt = 0;
  let stopped = false;

  async function runJobs(): Promise<void> {
    try {
      await stepUntilNone();
    } finally {
      // At once: a later caller must not share what has ended.
      jobs = undefined;
    }
  }

  async function stepUntilNone(): Promise<void> {
    const lease = {
      leaseMs: JOB_LEASE_MS,
      token: token(),
      replay: replay.replay,
      makeMessages,
      makeDocumentMessages,
      compareDocuments,
    };
    let isMoving = false;
    while (!stopped) {
      isWanted = false;
      const step = { ...lease, now: now(), limit: turns.group() };
      const job = await turns.step(() => store.stepJob(step));
      if (job === null && isWanted) continue;
      if (job === null) return;
      isMoving ||= job.looked > 0;
      if (job.waits && isMoving) goOnSoon();
      if (SENDING.has(job.kind)) wake();
      if (job.state !== 'running')
        log.info(`job ${job.id} ${job.kind} ${job.state}: ${job.done} looked at`);
    }
  }

  /** An endpoint that keeps up is not waited for until the next second. */
  function goOnSoon(): void {
    clearTimeout(again);
    again = setTimeout(() => {
      stepJobs().catch((error: unknown) => log.error('a job step failed', { error }));
    }, JOB_WAIT_MS);
    again.unref();
  }

  async function runPurge(): Promise<number> {
    let removed = 0;
    for (let batch = 0; batch < PURGE_BATCHES_PER_ROUND && !stopped; batch += 1) {
      const instant = now();
      const count = await store.purge({
        deliveredBefore: instant - config.retention.deliveredMs,
        deadBefore: instant - config.retention.deadMs,
        now: instant,
        limit: PURGE_BATCH,
      });
      removed += count;
      if (count === 0) break;
    }
    const others = stopped
      ? 0
      : (await store.purgeJobs(now() - config.retention.deliveredMs, PURGE_BATCH)) +
        (await store.purgeAudit(now() - config.retention.auditMs, PURGE_BATCH));
    purgeAfterMs = removed + others === 0 ? PURGE_IDLE_MS : PURGE_EVERY_MS;
    if (removed > 0) log.info(`retention removed ${removed} finished messages`);
    return removed;
  }

  /** Its messages are canceled by `runDeletions`, a minute later. */
  async function removeExpired(): Promise<void> {
    for (const id of await store.expiredEndpoints(now())) {
      try {
        await store.deleteEndpoint(id, { cancelPending: true, now: now() });
        await store.removeWithheld(holderOf({ by: 'endpoint', id }));
        log.info(`the temporary endpoint ${id} was removed: nobody claims its messages any more`);
      } catch (error) {
        // Another node was first.
        if (!(error instanceof CoreError)) throw error;
      }
    }
  }

  async function runDeletions(): Promise<void> {
    await removeExpired();
    for (const { id, since } of await store.deletedEndpoints()) {
      if (stopped || now() - since < DELETION_MS) continue;
      const { canceled } = await store.finishDeletion(id, { now: now(), isStopped: () => stopped });
      log.info(`endpoint ${id} was deleted: canceled ${canceled} more of its messages`);
    }
  }

  /** One run at a time; later callers share it, and it looks again for their jobs. */
  function stepJobs(): Promise<void> {
    isWanted = true;
    jobs ??= outsideAnyRequest(runJobs);
    return jobs;
  }

  function purge(): Promise<number> {
    purgedAt = now();
    purging ??= runPurge().finally(() => {
      purging = undefined;
    });
    return purging;
  }

  function finishDeletions(): Promise<void> {
    deleting ??= runDeletions().finally(() => {
      deleting = undefined;
    });
    return deleting;
  }

  return {
    /** Runs jobs until none is left. */
    stepJobs,

    /** Continues interrupted deletions of endpoints. */
    finishDeletions,

    /** Removes some batches of expired data. @returns the number of messages removed. */
    purge,

    /**
     * Called every second: continues jobs and, now and then, retention and deletions. Does not wait for them.
     *
     * @returns at once while there are jobs.
     */
    async tick(): Promise<number> {
      if (now() - purgedAt >= purgeAfterMs) {
        purge().catch((error: unknown) => log.error('retention failed', { error }));
      }
      if (now() - lookedForDeletionsAt >= LOOK_FOR_DELETIONS_MS) {
        lookedForDeletionsAt = now();
        finishDeletions().catch((error: unknown) => log.error('a deletion failed', { error }));
      }
      if (!(await store.hasRunningJob())) return NEVER;
      stepJobs().catch((error: unknown) => log.error('a job step failed', { error }));
      return AT_ONCE;
    },

    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(again);
      await Promise.allSettled([jobs, purging, deleting]);
    },
  };
}

export type Maintenance = ReturnType<typeof createMaintenance>;
