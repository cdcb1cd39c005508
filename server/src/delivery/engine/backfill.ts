/** Makes messages of documents for one endpoint, as they would be sent for a change. */
import type { Documents } from '../../capture';
import type { Schemas } from '../../core/filter/fields';
import { viewOf, type NeedsOf } from '../../core/shape/view';
import type { MakeDocumentMessages } from '../../store/log/job-types';
import type { Directory } from './directory';
import { roomOf, type MakeDocuments } from './document-messages';

export const BACKFILL_HEADER = 'x-backfill';
export const BACKFILL_LABEL = 'backfill';

interface Dependencies {
  directory: Pick<Directory, 'endpoint' | 'isLeaving'>;
  documents: Pick<Documents, 'page' | 'events'>;
  messages: Pick<MakeDocuments, 'messagesOf'>;
  schemas: Schemas;
  codeNeeds: NeedsOf;
}

export function createBackfill(deps: Dependencies): MakeDocumentMessages {
  const { directory, documents, messages, schemas, codeNeeds } = deps;

  return async (job, { after, limit, lock, hasRoom }) => {
    const { endpointId: [endpointId] = [], backfill: scope } = job.filter;
    const endpoint = directory.endpoint(endpointId ?? 0);
    if (endpoint === undefined || directory.isLeaving(endpoint.id)) return null;
    const type = scope?.types[job.part];
    if (scope === undefined || type === undefined || schemas(type.uid) === undefined) {
      return { ids: [], made: [], isBlocked: false, isEnd: true };
    }
    const { status, locales, filter } = scope;
    const query = { ...type, status, locales, after };
    const { rows, ...page } = await documents.page(query, limit, lock);
    if (!(await hasRoom(roomOf(endpoint))))
      return { ids: [], made: [], isBlocked: true, isEnd: false };
    const view = endpoint.shape && viewOf(endpoint.shape, codeNeeds);
    const events = await documents.events(type.uid, rows, view);
    const made = await messages.messagesOf(events, {
      endpoint,
      filter,
      headers: { [BACKFILL_HEADER]: String(job.id) },
      labels: [BACKFILL_LABEL],
    });
    return { ids: rows.map(({ id }) => id), made, ...page };
  };
}
