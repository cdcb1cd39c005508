/** Endpoints: few rows, read whole. Secrets and headers stay encrypted. */
import { DEFAULT_ENDPOINT_POLICY } from '../../core/retry/backoff';
import { CoreError } from '../../core/errors';
import type { RetryPolicy, SignatureKind } from '../../core/message/message';
import type { EndpointState } from '../views';
import { cancelWhere, UNFINISHED } from '../queue/cancel';
import type { StoreContext } from '../sql/context';
import { createDirectoryWrites } from './directory-writes';
import { breakerText, readBreaker } from './endpoint-health';
import { idsOf, instantOf, integer, integerOrNull, text, textOrNull, type Row } from '../sql/rows';
import { UID } from '../sql/tables';
import type { DirectoryStore, EndpointRecord, EndpointWrite } from '../types';

type Endpoints = Pick<
  DirectoryStore,
  'listEndpoints' | 'createEndpoint' | 'updateEndpoint' | 'deleteEndpoint'
>;

export function createEndpoints(ctx: StoreContext): Endpoints {
  const writes = createDirectoryWrites(ctx, 'endpoint');

  return {
    async listEndpoints() {
      const rows = (await ctx.db
        .query(UID.endpoint)
        .findMany({ populate: { topics: { select: ['id'] } }, orderBy: { id: 'asc' } })) as Row[];
      return rows.map(endpointRecord);
    },

    createEndpoint: (write) => writes.create({ ...dataOf(write), name: write.name, version: 1 }),
    updateEndpoint: (id, write, version) => writes.update(id, dataOf(write), version),

    deleteEndpoint: (id, { cancelPending, now }) =>
      ctx.transaction(async (trx) => {
        const { endpoint, message } = ctx.tables;
        const query = trx(endpoint.name).select('id').where({ id });
        const [row] = (await ctx.dialect.lock(query, 'wait')) as Row[];
        if (row === undefined) throw new CoreError('NOT_FOUND', `there is no endpoint ${id}`);
        const itsMessages = () => trx(message.name).where({ endpoint_id: id });
        const [waiting] = (await itsMessages()
          .select('id')
          .whereIn('state', UNFINISHED)
          .limit(1)) as Row[];
        if (waiting !== undefined && !cancelPending) {
          throw new CoreError('CONFLICT', 'this endpoint still has pending messages');
        }
        const canceled = waiting === undefined ? 0 : await cancelWhere(itsMessages(), now);
        await writes.remove(id);
        return { canceled };
      }),
  };
}

function dataOf({ topicIds, breaker, ...columns }: Partial<EndpointWrite>) {
  return {
    ...columns,
    ...(topicIds !== undefined && { topics: topicIds }),
    ...(breaker !== undefined && { breaker: breakerText(breaker) }),
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
    timeoutMs: integerOrNull(row.timeoutMs),
    signatures: (row.signatures ?? ['standard']) as SignatureKind[],
    maxParallel: integerOrNull(row.maxParallel),
    callbacks: textOrNull(row.callbacks),
    tls: textOrNull(row.tls),
    firstFailureAt: integerOrNull(row.firstFailureAt),
    breaker: readBreaker(row.breaker),
    version: integer(row.version),
    topicIds: idsOf(row.topics),
    createdAt: instantOf(row.createdAt),
    updatedAt: instantOf(row.updatedAt),
  };
}
