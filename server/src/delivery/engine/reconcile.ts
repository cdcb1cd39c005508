/**
 * Compares what the receiver of an endpoint has acknowledged with the documents as they are, a page at a
 * time, and makes the messages that put it right.
 */
import type { Documents, EntryRow } from '../../capture';
import { differenceOf, instantOf, type Difference } from '../../core/ledger/compare';
import { hashOf, ledgerKey, type LedgerEntry } from '../../core/ledger/ledger';
import type { Schemas } from '../../core/filter/fields';
import type { NewEvent } from '../../core/message/message';
import { viewOf, type NeedsOf } from '../../core/shape/view';
import type { CompareDocuments, Comparison } from '../../store/log/job-types';
import type { FullStore } from '../../store/types';
import type { ReconcileScope } from '../../store/views';
import type { Directory, EndpointSettings } from './directory';
import { roomOf, type MadeOfDocument, type MakeDocuments } from './document-messages';
import type { Judge } from './judge';
import type { Recorder } from './recorder';

export const RECONCILE_HEADER = 'x-reconcile';
export const RECONCILE_LABEL = 'reconcile';

interface Dependencies {
  store: Pick<FullStore, 'readLedger' | 'pageLedger' | 'unfinishedVersions'>;
  directory: Pick<Directory, 'endpoint' | 'isLeaving'>;
  documents: Pick<Documents, 'page' | 'events' | 'gone' | 'versions' | 'hasDrafts'>;
  messages: MakeDocuments;
  recorder: Pick<Recorder, 'shaped'>;
  schemas: Schemas;
  codeNeeds: NeedsOf;
}

/** A version of a document, and what the ledger says of it. */
interface Candidate extends Version {
  row: EntryRow;
  entry: LedgerEntry | undefined;
  kind: Difference['kind'] | null;
}

type Version = Pick<Difference, 'uid' | 'documentId' | 'locale' | 'status'>;

const END: Comparison = { looked: 0, last: 0, found: [], made: [], isBlocked: false, isEnd: true };
const FULL: Comparison = { ...END, isBlocked: true, isEnd: false };
/** Documents with bodies are rendered in memory. */
const RENDERED_AT_ONCE = 20;
const CHANGED = ['entry.create', 'entry.update'];

/** The versions of a content type that an endpoint is told of. Null: none. */
export function versionsTold(
  { hasTopicFor }: Judge,
  uid: string,
  hasDrafts: boolean
): 'published' | 'draft' | 'all' | null {
  const hasChanges = CHANGED.some((name) => hasTopicFor(name, uid));
  if (!hasDrafts) return hasChanges ? 'all' : null;
  const isPublished = hasTopicFor('entry.publish', uid);
  if (isPublished && hasChanges) return 'all';
  if (isPublished) return 'published';
  return hasChanges ? 'draft' : null;
}

export function createReconcile(deps: Dependencies): CompareDocuments {
  const { store, directory, documents, messages, recorder, schemas, codeNeeds } = deps;

  const viewFor = ({ shape }: EndpointSettings) => shape && viewOf(shape, codeNeeds);

  const versionOf = (uid: string, { documentId, locale, publishedAt }: EntryRow): Version => ({
    uid,
    documentId,
    locale: locale ?? null,
    status: publishedAt == null ? 'draft' : 'published',
  });

  /** Without versions that have messages on their way. */
  async function settled<T extends Version>(
    { id }: EndpointSettings,
    versions: readonly T[]
  ): Promise<T[]> {
    if (versions.length === 0) return [];
    const documentIds = [...new Set(versions.map(({ documentId }) => documentId))];
    const busy = await store.unfinishedVersions(id, documentIds);
    return versions.filter((version) => !busy.has(ledgerKey(id, version)));
  }

  async function candidatesOf(
    endpoint: EndpointSettings,
    uid: string,
    rows: readonly EntryRow[]
  ): Promise<Candidate[]> {
    const keyOf = (row: EntryRow) => ledgerKey(endpoint.id, versionOf(uid, row));
    const known = new Map(
      (await store.readLedger(rows.map(keyOf))).map((entry) => [entry.key, entry])
    );
    return rows.map((row) => {
      const entry = known.get(keyOf(row));
      const kind = differenceOf(instantOf(row.updatedAt), entry);
      return { ...versionOf(uid, row), row, entry, kind };
    });
  }

  /** Whether the bytes that the receiver acknowledged are not those of the document. */
  async function hasOtherBytes(
    endpoint: EndpointSettings,
    { row, entry }: Candidate
  ): Promise<boolean> {
    const view = viewFor(endpoint);
    // What it was sent of the change cannot be made again.
    if (entry === undefined || (view?.include.length ?? 0) > 0) return false;
    const as = { name: entry.event, occurredAt: entry.occurredAt };
    const [event] = await documents.events(entry.uid, [row], view, as);
    if (event === undefined) return false;
    const shaped = recorder.shaped(event, endpoint);
    return hashOf(shaped?.body ?? event.body) !== entry.hash;
  }

  async function differing(
    endpoint: EndpointSettings,
    candidates: readonly Candidate[],
    exact: boolean
  ): Promise<Candidate[]> {
    const found: Candidate[] = [];
    for (const candidate of candidates) {
      if (candidate.kind !== null) found.push(candidate);
      else if (exact && (await hasOtherBytes(endpoint, candidate))) {
        found.push({ ...candidate, kind: 'outdated' });
      }
    }
    return settled(endpoint, found);
  }

  const marks = (endpoint: EndpointSettings, jobId: number) => ({
    endpoint,
    filter: null,
    headers: { [RECONCILE_HEADER]: String(jobId) },
    labels: [RECONCILE_LABEL],
  });

  /** Messages of those that the endpoint's filters let pass, with what differs. */
  async function madeOf(
    endpoint: EndpointSettings,
    { uid, jobId }: { uid: string; jobId: number },
    differences: readonly Candidate[]
  ): Promise<{ found: Difference[]; made: MadeOfDocument[] }> {
    const made: MadeOfDocument[] = [];
    for (let from = 0; from < differences.length; from += RENDERED_AT_ONCE) {
      const rows = differences.slice(from, from + RENDERED_AT_ONCE).map(({ row }) => row);
      const events = await documents.events(uid, rows, viewFor(endpoint));
      made.push(...(await messages.messagesOf(events, marks(endpoint, jobId))));
    }
    const kinds = new Map(
      differences.map(({ row, kind }) => [JSON.stringify(versionOf(uid, row)), kind])
    );
    const found = made.flatMap(({ event }): Difference[] => {
      const version = toldOf(event);
      const kind = kinds.get(JSON.stringify(version));
      return kind ? [{ kind, ...version }] : [];
    });
    return { found, made };
  }

  /** The event that tells that a version is gone; null: the endpoint is told of none. */
  function farewell(
    { hasTopicFor }: Judge,
    { uid, status, documentId, locale }: Version,
    hasDraft: (documentId: string, locale: string | null) => boolean
  ): 'entry.unpublish' | 'entry.delete' | null {
    const isUnpublished = status === 'published' && hasDraft(documentId, locale);
    const name = isUnpublished ? 'entry.unpublish' : 'entry.delete';
    return hasTopicFor(name, uid) ? name : null;
  }

  async function orphansOf(
    endpoint: EndpointSettings,
    uid: string,
    entries: readonly LedgerEntry[]
  ): Promise<NewEvent[]> {
    const judge = messages.judgeOf(endpoint);
    const told = versionsTold(judge, uid, documents.hasDrafts(uid));
    const named = entries.filter(
      ({ isGone, status }) => !isGone && (told === 'all' || told === status)
    );
    const ids = [...new Set(named.map(({ documentId }) => documentId))];
    const rows = ids.length === 0 ? [] : await documents.versions(uid, ids);
    const there = new Set(rows.map((row) => JSON.stringify(versionOf(uid, row))));
    const isThere = ({ documentId, locale, status }: Version): boolean =>
      there.has(JSON.stringify({ uid, documentId, locale, status }));
    const hasDraft = (documentId: string, locale: string | null): boolean =>
      isThere({ uid, documentId, locale, status: 'draft' });
    const gone = await settled(
      endpoint,
      named.filter((entry) => !isThere(entry))
    );
    return gone.flatMap((entry) => {
      const name = farewell(judge, entry, hasDraft);
      return name === null ? [] : [documents.gone(name, entry, viewFor(endpoint))];
    });
  }

  async function comparedContent(
    endpoint: EndpointSettings,
    { uid, jobId, exact }: { uid: string; jobId: number; exact: boolean },
    { after, limit, lock, hasRoom }: Parameters<CompareDocuments>[1]
  ): Promise<Comparison> {
    const status = versionsTold(messages.judgeOf(endpoint), uid, documents.hasDrafts(uid));
    if (status === null) return END;
    const query = { uid, status, locales: null, after };
    const { rows, ...page } = await documents.page(query, limit, lock);
    if (!(await hasRoom(roomOf(endpoint)))) return FULL;
    const candidates = await candidatesOf(endpoint, uid, rows);
    const differences = await differing(endpoint, candidates, exact);
    const made = await madeOf(endpoint, { uid, jobId }, differences);
    return { looked: rows.length, last: rows.at(-1)?.id ?? after, ...made, ...page };
  }

  async function comparedLedger(
    endpoint: EndpointSettings,
    { uid, jobId }: { uid: string; jobId: number },
    { after, limit, hasRoom }: Parameters<CompareDocuments>[1]
  ): Promise<Comparison> {
    const entries = await store.pageLedger({ endpointId: endpoint.id, uid, after, limit });
    if (!(await hasRoom(roomOf(endpoint)))) return FULL;
    const events = await orphansOf(endpoint, uid, entries);
    const made = await messages.messagesOf(events, marks(endpoint, jobId));
    return {
      looked: entries.length,
      last: entries.at(-1)?.id ?? after,
      found: made.map(({ event }) => ({ kind: 'orphaned', ...toldOf(event) })),
      made,
      isBlocked: false,
      isEnd: entries.length < limit,
    };
  }

  return async (job, range) => {
    const { endpointId: [endpointId] = [], reconcile: scope } = job.filter;
    const endpoint = directory.endpoint(endpointId ?? 0);
    if (endpoint === undefined || directory.isLeaving(endpoint.id)) return null;
    const { types = [], exact = false } = scope ?? ({} as Partial<ReconcileScope>);
    const { uid } = types[job.part % Math.max(types.length, 1)] ?? {};
    if (uid === undefined || schemas(uid) === undefined) return END;
    const part = { uid, jobId: job.id, exact };
    return job.part < types.length
      ? comparedContent(endpoint, part, range)
      : comparedLedger(endpoint, part, range);
  };
}

const toldOf = ({ uid, entryDocumentId, entryLocale, entryStatus }: NewEvent): Version => ({
  uid: uid ?? '',
  documentId: entryDocumentId ?? '',
  locale: entryLocale,
  status: entryStatus ?? 'published',
});
