import type { Core } from '@strapi/strapi';

import type { BulkInput, MessageJobKind, MessageListFilter } from '../contract';
import type { ListPage } from '../../api/page';
import type { BulkResult } from '../services/bulk';
import type { ExportOptions } from '../services/message-export';
import { answer, download } from './call';
import { serviceOf } from '../../app/service-of';
import { mayRead, messageFor, pageFor, viewFor } from './payloads';

type ListQuery = MessageListFilter & ListPage;

/** A job is created (201). A selection is done (200). */
const bulkStatus = (result: BulkResult): number => ('job' in result ? 201 : 200);

export const createMessagesController = ({ strapi }: { strapi: Core.Strapi }) => {
  const messages = () => serviceOf(strapi, 'messages');
  const bulk = (kind: MessageJobKind) =>
    answer<BulkInput, undefined, BulkResult>(
      (call) => messages().bulk(kind, call.body, mayRead(call)),
      bulkStatus
    );
  const act = (action: 'replay' | 'cancel' | 'sendNow') =>
    answer(async (call) => viewFor(call, await messages()[action](call.messageId())));
  return {
    find: answer<undefined, ListQuery>(async (call) => {
      const { cursor, pageSize, sort, ...filter } = call.query;
      const page = { ...(cursor !== undefined && { cursor }), pageSize, ...(sort && { sort }) };
      return pageFor(call, await messages().list(filter, page, mayRead(call)));
    }),
    export: download<MessageListFilter & ExportOptions>(async (call) => {
      const { format, payloads, ...filter } = call.query;
      if (payloads) call.demand('messages.read-payload');
      const { stream, isCut } = await serviceOf(strapi, 'message-export').export(
        filter,
        { format, payloads },
        { shown: (message) => viewFor(call, message), withTitles: mayRead(call) }
      );
      return {
        stream,
        fileName: `messages.${format}`,
        type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
        headers: { 'X-Export-Cut': String(isCut) },
      };
    }),
    findOne: answer(async (call) => messageFor(call, await messages().get(call.messageId()))),
    before: answer((call) => {
      call.demand('messages.read-payload');
      return messages().before(call.messageId());
    }),
    replay: act('replay'),
    cancel: act('cancel'),
    sendNow: act('sendNow'),
    bulkReplay: bulk('replay'),
    bulkCancel: bulk('cancel'),
    bulkDelete: bulk('delete'),
    deadLetterReasons: answer(() => messages().deadLetterReasons()),
  };
};
