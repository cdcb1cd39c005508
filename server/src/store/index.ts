/**
 * The store: everything the plugin keeps, on Strapi's own database. The only place with SQL; one
 * transition a file. `types.ts` says what each promises, `dialect.ts` where databases differ.
 */
import { createCancel } from './cancel';
import { createClaim, createLeases } from './claim';
import { createGatedClaims } from './claim-gated';
import { createContext, type StoreDependencies } from './context';
import { createDatabaseNow } from './database-now';
import { createDeduplication } from './deduplication';
import { createDeleteFinished } from './delete-finished';
import { bumpDirectory, createDirectoryVersion } from './directory-version';
import { createTakeProbe } from './endpoint-health';
import { createEndpoints } from './endpoints';
import { createExpedite } from './expedite';
import { createFlowKeys } from './flow-keys';
import { createInsert } from './insert';
import { createJobs } from './jobs';
import { createLanes } from './lanes';
import { createNodes } from './nodes';
import { createPurge } from './purge';
import { createSize } from './size';
import { createCounts } from './queries/counts';
import { createEntryReceivers } from './queries/entry-receivers';
import { createLastDeliveries } from './queries/last-deliveries';
import { createEventQueries } from './queries/events';
import { createMessageQueries } from './queries/messages';
import { createUpcoming } from './queries/upcoming';
import { createWireQueries } from './queries/wire';
import { createWireLog } from './queries/wire-log';
import { createQueues } from './queues';
import { createReissue } from './reissue';
import { createRelease } from './release';
import { createReplay } from './replay';
import { createRollups } from './rollups';
import { createSchedules } from './schedules';
import { createSettle } from './settle';
import { createTopicDefaults } from './topic-defaults';
import { createTopics } from './topics';
import type { FullStore, QueueStore } from './types';

/** @param deps.db Strapi's database; its models need not be loaded yet. */
export function createStore(deps: StoreDependencies): FullStore {
  const ctx = createContext(deps);
  const lanes = createLanes(ctx);
  const leases = createLeases(ctx);
  const gated = createGatedClaims(ctx, leases, lanes);
  const insert = createInsert(ctx, gated.stir);
  const queue: QueueStore = {
    insert,
    claim: createClaim(ctx, { leases, lanes, gated }),
    settle: createSettle(ctx, insert, gated.stir),
    release: createRelease(ctx, gated.stir),
    replay: createReplay(ctx, gated.stir),
    expedite: createExpedite(ctx),
    cancel: createCancel(ctx),
    deleteFinished: createDeleteFinished(ctx),
    purge: createPurge(ctx),
    claimDeduplicationKey: createDeduplication(ctx),
  };
  const messages = createMessageQueries(ctx);
  return {
    ...queue,
    ...messages,
    ...createEventQueries(ctx),
    ...createCounts(ctx, lanes),
    ...createUpcoming(ctx, lanes),
    ...createEntryReceivers(ctx),
    ...createLastDeliveries(ctx),
    ...createWireQueries(ctx),
    ...createWireLog(ctx),
    ...createTopicDefaults(ctx),
    reissue: createReissue(ctx, gated.stir),
    ...createSize(ctx),
    ...createTopics(ctx),
    ...createEndpoints(ctx),
    directoryVersion: createDirectoryVersion(ctx),
    touchDirectory: () => ctx.transaction((trx) => bumpDirectory(ctx, trx)),
    databaseNow: createDatabaseNow(ctx),
    takeProbe: createTakeProbe(ctx),
    inTransaction: (work) => ctx.transaction(work),
    ...createQueues(ctx, gated.stir),
    ...createFlowKeys(ctx, gated.stir),
    ...createSchedules(ctx),
    ...createRollups(ctx),
    ...createNodes(ctx),
    ...createJobs(ctx, { ...queue, matchIds: messages.matchIds }),
  };
}
