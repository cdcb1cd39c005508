import type { Core } from '@strapi/strapi';

import type { BulkInput, JobKind, MessageListFilter } from '../contract';
import type { BulkResult } from '../services/bulk';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';
import { messageFor } from './payloads';

type ListQuery = MessageListFilter & { cursor?: string; pageSize: number };

/** A job is created (201). A selection is done (200). */
const bulkStatus = (result: BulkResult): number => ('job' in result ? 201 : 200);

export const createMessagesController = ({ strapi }: { strapi: Core.Strapi }) => {
  const messages = () => serviceOf(strapi, 'messages');
  const bulk = (kind: JobKind) =>
    answer<BulkInput, undefined, BulkResult>(({ body }) => messages().bulk(kind, body), bulkStatus);
  return {
    find: answer<undefined, ListQuery>(({ query: { cursor, pageSize, ...filter } }) =>
      messages().list(filter, { ...(cursor !== undefined && { cursor }), pageSize })
    ),
    findOne: answer(async (call) => messageFor(call, await messages().get(call.messageId()))),
    replay: answer(({ messageId }) => messages().replay(messageId())),
    cancel: answer(({ messageId }) => messages().cancel(messageId())),
    sendNow: answer(({ messageId }) => messages().sendNow(messageId())),
    bulkReplay: bulk('replay'),
    bulkCancel: bulk('cancel'),
    bulkDelete: bulk('delete'),
    deadLetterReasons: answer(() => messages().deadLetterReasons()),
  };
};
