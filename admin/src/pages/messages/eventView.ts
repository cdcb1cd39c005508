/** Tells what the log by event can show. Pure. */
import type { EventFilter, MessageListFilter } from '../../../../server/src/panel/contract';

/** Ids and URLs are of messages. */
const MESSAGE_SEARCH = /^msg_|:\/\/|\//;
const DOCUMENT_ID = /^[a-z][a-z0-9]{23}$/;

/** @returns null when the filter is about messages, so that only they can be listed. */
export const eventFilterOf = (filter: MessageListFilter): EventFilter | null => {
  const { event, uid, entryDocumentId, search = '', ...others } = filter;
  if (Object.values(others).some((part) => part !== undefined)) return null;
  if (MESSAGE_SEARCH.test(search)) return null;
  const isDocument = DOCUMENT_ID.test(search);
  return {
    ...(event && { name: event }),
    ...(uid && { uid }),
    ...(entryDocumentId !== undefined && { entryDocumentId }),
    ...(isDocument && { entryDocumentId: search }),
    ...(search !== '' && !isDocument && { title: search }),
  };
};
