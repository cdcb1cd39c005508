/** Endpoints: few rows, read whole. Secrets and headers stay encrypted. */
import { dropLedger } from '../ledger/ledger';
import type { Knex } from 'knex';

import { DEFAULT_ENDPOINT_POLICY } from '../../core/retry/backoff';
import { EVERY, type DeliveryMode } from '../../core/gates/delivery-mode';
import type { SendRate } from '../../core/gates/send-rate';
import { CoreError } from '../../core/errors';
import type { EndpointSignatureKind, RetryPolicy } from '../../core/message/message';
import type { Filter } from '../../core/filter/filter';
import type { Shape } from '../../core/shape/shape';
import type { ReconcilePlan } from '../../core/ledger/plan';
import type { ActorRef } from '../../core/routing/loop-guard';
import type { EndpointState } from '../views';
import type { StoreContext } from '../sql/context';
import type { DeletionStore } from './deletion-types';
import { createDirectoryWrites } from './directory-writes';
import { breakerText, readBreaker } from './endpoint-health';
import {
  flag,
  idsOf,
  instantOf,
  integer,
  integerOrNull,
  text,
  textOrNull,
  type Row,
} from '../sql/rows';
import { UID } from '../sql/tables';
import type { DirectoryStore, EndpointRecord, EndpointWrite } from '../types';

type Endpoints = Pick<DirectoryStore, 'listEndpoints' | 'createEndpoint' | 'updateEndpoint'> &
  Omit<DeletionStore, 'cancelOf'>;

/** In the column `state`, and nowhere else: such an endpoint is in no list. */
export const DELETED = 'deleted';

export function createEndpoints(
  ctx: StoreContext,
  { cancelOf }: Pick<DeletionStore, 'cancelOf'>
): Endpoints {
  const writes = createDirectoryWrites(ctx, 'endpoint');

  async function lockEndpoint(trx: Knex.Transaction, id: number): Promise<Row | undefined> {
    const query = trx(ctx.tables.endpoint.name).select('id', 'state').where({ id });
    const [row] = (await ctx.dialect.lock(query, 'wait')) as Row[];
    return row;
  }

  async function hasUnfinished(trx: Knex.Transaction, id: number): Promise<boolean> {
    const [waiting] = (await trx(ctx.tables.outbox.name)
      .select('id')
      .where({ endpoint_id: id })
      .limit(1)) as Row[];
    return waiting !== undefined;
  }

  /** @returns false when there is a message again: somebody who did not know of the deletion made one. */
  const removeIfIdle = (id: number): Promise<boolean> =>
    ctx.transaction(async (trx) => {
      if ((await lockEndpoint(trx, id)) === undefined) return true;
      if (await hasUnfinished(trx, id)) return false;
      return writes.remove(id);
    });

  return {
    async listEndpoints() {
      const rows = (await ctx.db.query(UID.endpoint).findMany({
        where: { state: { $ne: DELETED } },
        populate: { topics: { select: ['id'] } },
        orderBy: { id: 'asc' },
      })) as Row[];
      return rows.map(endpointRecord);
    },

    createEndpoint: (write) => writes.create({ ...dataOf(write), name: write.name, version: 1 }),
    updateEndpoint: (id, write, version) => writes.update(id, dataOf(write), version),

    deleteEndpoint: (id, { cancelPending, now }) =>
      ctx.transaction(async (trx) => {
        const row = await lockEndpoint(trx, id);
        if (row === undefined || row.state === DELETED) {
          throw new CoreError('NOT_FOUND', `there is no endpoint ${id}`);
        }
        if (!cancelPending && (await hasUnfinished(trx, id))) {
          throw new CoreError('CONFLICT', 'this endpoint still has pending messages');
        }
        // Its name is free at once.
        const name = `${DELETED}:${id}:${now}`;
        await writes.update(id, { name, state: DELETED, stateChangedAt: now, topics: [] });
      }),

    async deletedEndpoints() {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.endpoint.name).select('id', 'state_changed_at').where({ state: DELETED })
      );
      return rows.map((row) => ({ id: integer(row.id), since: integer(row.state_changed_at) }));
    },

    async finishDeletion(id, { now, isStopped = () => false }) {
      let canceled = 0;
      do {
        canceled += await cancelOf(id, { now, includeActive: true, isStopped });
      } while (!isStopped() && ((await dropLedger(ctx, id)) || !(await removeIfIdle(id))));
      return { canceled };
    },
  };
}

function dataOf({ topicIds, breaker, ...columns }: Partial<EndpointWrite>) {
  return {
    ...columns,
    ...(topicIds !== undefined && { topics: topicIds }),
    ...(breaker !== undefined && { breaker: breakerText(breaker) }),
    // The next time is that of the new plan.
    ...(columns.reconcile !== undefined && { reconcileAt: null }),
  };
}

function endpointRecord(row: Row): EndpointRecord {
  return {
    id: integer(row.id),
    name: text(row.name),
    url: text(row.url),
    method: text(row.method),
    state: text(row.state) as EndpointState,
    stateReason: textOrNull(row.stateReason),
    stateChangedAt: integerOrNull(row.stateChangedAt),
    headers: textOrNull(row.headers),
    secret: text(row.secret),
    previousSecret: textOrNull(row.previousSecret),
    previousSecretUntil: integerOrNull(row.previousSecretUntil),
    retryPolicy: (row.retryPolicy ?? DEFAULT_ENDPOINT_POLICY) as RetryPolicy,
    jitterPercent: integer(row.jitterPercent),
    finalStatuses: (row.finalStatuses ?? []) as number[],
    timeoutMs: integerOrNull(row.timeoutMs),
    signatures: (row.signatures ?? ['standard']) as EndpointSignatureKind[],
    ignoredActors: (row.ignoredActors ?? []) as ActorRef[],
    documentLimit: integerOrNull(row.documentLimit),
    signatureHeader: textOrNull(row.signatureHeader),
    cloudEvents: flag(row.cloudEvents),
    maxParallel: integerOrNull(row.maxParallel),
    delivery: (row.delivery ?? EVERY) as DeliveryMode,
    ledger: row.ledger === true || row.ledger === 1,
    reconcile: (row.reconcile ?? null) as ReconcilePlan | null,
    rateLimit: (row.rateLimit ?? null) as SendRate | null,
    filter: (row.filter ?? null) as Filter | null,
    shape: (row.shape ?? null) as Shape | null,
    callbacks: textOrNull(row.callbacks),
    tls: textOrNull(row.tls),
    credentials: textOrNull(row.credentials),
    firstFailureAt: integerOrNull(row.firstFailureAt),
    breaker: readBreaker(row.breaker),
    managedBy: textOrNull(row.managedBy),
    expiresAt: integerOrNull(row.expiresAt),
    version: integer(row.version),
    topicIds: idsOf(row.topics),
    createdAt: instantOf(row.createdAt),
    updatedAt: instantOf(row.updatedAt),
  };
}
