/** Lists what the latest comparison of an endpoint has found, with the titles that its entries have now. */
import { pageOf, positionOf } from '../../api/page';
import { assertEndpoint } from './reconcile';
import type { Difference } from '../../core/ledger/compare';
import type { Runtime } from '../../runtime/runtime';
import type { DifferenceQuery, DifferenceView, Page } from '../contract';

const keyOf = ({ uid, documentId, locale, status }: Omit<Difference, 'kind'>): string =>
  JSON.stringify([uid, documentId, locale, status]);

async function titlesOf(
  { documents }: Runtime,
  differences: readonly Difference[]
): Promise<Map<string, string | null>> {
  const titles = new Map<string, string | null>();
  for (const uid of new Set(differences.map((one) => one.uid))) {
    const ids = differences.filter((one) => one.uid === uid).map(({ documentId }) => documentId);
    for (const { title, ...version } of await documents.titles(uid, [...new Set(ids)])) {
      titles.set(keyOf({ uid, ...version }), title);
    }
  }
  return titles;
}

/** @throws CoreError NOT_FOUND without such an endpoint; INVALID_VALUE for the cursor. */
export async function listDifferences(
  runtime: Runtime,
  endpointId: number,
  { kind: only, contentType, cursor, pageSize }: DifferenceQuery & { pageSize: number }
): Promise<Page<DifferenceView>> {
  assertEndpoint(runtime, endpointId);
  const after = positionOf(cursor) ?? 0;
  const job = await runtime.store.lastReconcile(endpointId);
  if (job === null) return { results: [] };
  const rows = await runtime.store.pageDifferences(
    { jobId: job.id, kind: only, uid: contentType },
    { after, limit: pageSize + 1 }
  );
  const titles = await titlesOf(runtime, rows);
  return pageOf(rows, pageSize, ({ uid, kind, documentId, locale, status }) => ({
    ...{ kind, contentType: uid, isSingle: runtime.documents.isSingle(uid) },
    ...{ documentId, locale, status },
    title: titles.get(keyOf({ uid, documentId, locale, status })) ?? null,
  }));
}
