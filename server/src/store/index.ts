/**
 * The store: all data of the plugin, in Strapi's own database. The only place with SQL, one
 * transition per file. `types.ts` defines the interface, `dialect.ts` the differences between
 * databases.
 */
import { createNoteAsk } from './queue/ask';
import { createCancel } from './queue/cancel';
import { createClaim, createLeases } from './queue/claim';
import { createPullClaim } from './queue/claim-pull';
import { createFoldBatches } from './gates/fold-batches';
import { createGatedClaims } from './gates/claim-gated';
import { createContext, type StoreDependencies } from './sql/context';
import { createDatabaseTraces } from './sql/database-traces';
import { createSettings } from './sql/settings';
import { createDatabaseNow } from './sql/database-now';
import { createDeduplication } from './queue/deduplication';
import { createDeleteFinished } from './log/delete-finished';
import { bumpDirectory, createDirectoryVersion } from './routing/directory-version';
import { createDiagnose, createTakeProbes, createWriteDiagnosis } from './routing/endpoint-health';
import { createEarliestDue } from './queue/earliest-due';
import { createFindLeased } from './queue/leased';
import { createEndpoints } from './routing/endpoints';
import { createExpedite } from './queue/expedite';
import { fillOutbox } from './sql/fill-outbox';
import { createBrakes } from './gates/brakes';
import { createFlowKeys } from './gates/flow-keys';
import { createInsert } from './queue/insert';
import { createJobs } from './log/jobs';
import { createLanes } from './queue/lanes';
import { createLedger } from './ledger/ledger';
import { createContentExtent } from './ledger/content-extent';
import { createDifferences } from './ledger/differences';
import { createReconcileTimes } from './ledger/reconcile-times';
import { createHoldDocuments } from './log/held-documents';
import { createNodes } from './log/nodes';
import { createPurge } from './log/purge';
import { createSize } from './log/size';
import { createCounts } from './log/queries/counts';
import { createEntryReceivers } from './log/queries/entry-receivers';
import { createLastDeliveries } from './log/queries/last-deliveries';
import { createEventQueries } from './log/queries/events';
import { createBackfillQueries } from './log/queries/backfill';
import { createKeptEventQueries } from './log/queries/kept-events';
import { createMessageQueries } from './log/queries/messages';
import { createUpcoming } from './log/queries/upcoming';
import { createQstashQueries } from './log/queries/qstash';
import { createQstashLog } from './log/queries/qstash-log';
import { createQueues } from './gates/queues';
import { createReissue } from './queue/reissue';
import { createRelease } from './queue/release';
import { createReplay } from './queue/replay';
import { createRerender } from './queue/rerender';
import { createRollups } from './log/rollups';
import { createSchedules } from './gates/schedules';
import { createSettle } from './queue/settle';
import { createTransactionId } from './sql/transaction-id';
import { createTextProblem } from './sql/text-problem';
import { createTemporaryEndpoints } from './routing/temporary-endpoints';
import { createTopicDefaults } from './routing/topic-defaults';
import { createTopics } from './routing/topics';
import { createWaitingBatches } from './gates/waiting-batches';
import { createWithheld } from './log/withheld';
import { createAlerts } from './log/alerts';
import { createAudit } from './log/audit';
import type { FullStore, QueueStore } from './types';

/** @param deps.db Strapi's database; its models need not be loaded yet. */
export function createStore(deps: StoreDependencies): FullStore {
  const ctx = createContext(deps);
  const lanes = createLanes(ctx);
  const leases = createLeases(ctx);
  const insert = createInsert(ctx, () => gated.stir());
  const foldBatches = createFoldBatches(ctx, insert);
  const gated = createGatedClaims(ctx, { leases, lanes, foldBatches });
  const { cancel, cancelOf } = createCancel(ctx);
  const queue: QueueStore = {
    insert,
    claim: createClaim(ctx, { leases, lanes, gated }),
    claimPulled: createPullClaim(ctx, { leases, lanes, gated }),
    findLeased: createFindLeased(ctx),
    ...createTemporaryEndpoints(ctx),
    settle: createSettle(ctx, insert, gated.stir),
    release: createRelease(ctx, gated.stir),
    replay: createReplay(ctx, gated.stir),
    ...createRerender(ctx),
    expedite: createExpedite(ctx),
    noteAsk: createNoteAsk(ctx),
    earliestDue: createEarliestDue(lanes),
    cancel,
    deleteFinished: createDeleteFinished(ctx),
    purge: createPurge(ctx),
    claimDeduplicationKey: createDeduplication(ctx),
  };
  const settings = createSettings(ctx);
  const messages = createMessageQueries(ctx);
  const keptEvents = createKeptEventQueries(ctx);
  const backfill = createBackfillQueries(ctx);
  return {
    ...queue,
    ...messages,
    ...createEventQueries(ctx),
    ...keptEvents,
    ...createCounts(ctx, lanes),
    ...createUpcoming(ctx, lanes),
    ...createEntryReceivers(ctx),
    ...createLastDeliveries(ctx),
    ...createQstashQueries(ctx),
    ...createQstashLog(ctx),
    ...createTopicDefaults(ctx),
    reissue: createReissue(ctx, gated.stir),
    ...createSize(ctx),
    ...createTopics(ctx),
    cancelOf,
    ...createEndpoints(ctx, { cancelOf }),
    directoryVersion: createDirectoryVersion(ctx),
    touchDirectory: () => ctx.transaction((trx) => bumpDirectory(ctx, trx)),
    fillOutbox: () => fillOutbox(ctx),
    databaseNow: createDatabaseNow(ctx),
    databaseTraces: createDatabaseTraces(ctx),
    ...settings,
    ...createAlerts(ctx, { lanes, ...settings }),
    textProblem: createTextProblem(ctx),
    isUnstorable: ctx.dialect.isUnstorable,
    diagnose: createDiagnose(ctx),
    writeDiagnosis: createWriteDiagnosis(ctx),
    takeProbes: createTakeProbes(ctx),
    inTransaction: (work) => ctx.transaction(work),
    isInTransaction: () => ctx.db.inTransaction(),
    transactionId: createTransactionId(ctx),
    afterCommit: (callback) => ctx.afterCommit(callback),
    ...createQueues(ctx, gated.stir),
    ...createFlowKeys(ctx, gated.stir),
    ...createBrakes(ctx),
    ...createWaitingBatches(ctx, foldBatches.forget),
    ...createSchedules(ctx),
    ...createRollups(ctx),
    ...createWithheld(ctx),
    ...createLedger(ctx),
    ...createReconcileTimes(ctx),
    ...createContentExtent(ctx),
    ...createDifferences(ctx),
    ...createAudit(ctx),
    holdDocuments: createHoldDocuments(ctx),
    ...createNodes(ctx),
    ...createJobs(ctx, { ...queue, ...keptEvents, ...backfill, matchIds: messages.matchIds }),
  };
}
