/** Reads and cancels messages. */
import type { Core } from '@strapi/strapi';

import { cancelRequest, urlMatches, type QstashFilter } from '../format/filters';
import { QstashError } from '../format/error';
import { messageJson } from '../format/message-json';
import type { QstashRow } from '../../store/log/qstash-types';
import { runtimeOf } from '../../runtime/runtime';
import { queryOf, qstashMessages } from './view';

/** Messages canceled in one transaction, which must not block deliveries for long. */
const BATCH = 500;
const UNFINISHED = ['pending', 'active'] as const;

export const createQstashMessagesService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  async function find(messageId: string): Promise<QstashRow> {
    const [row] = (await store().listQstashRows({ messageId: [messageId] }, { limit: 1 })).rows;
    if (row === undefined) throw new QstashError(404, `message ${messageId} not found`);
    return row;
  }

  /** Messages that arrive in the meantime are not canceled. */
  async function cancelMatching(filter: QstashFilter, count: number): Promise<number> {
    const upTo = await store().maxMessageId();
    const query = { ...queryOf(filter), state: UNFINISHED };
    let canceled = 0;
    let after: number | undefined = 0;
    while (canceled < count && after !== undefined) {
      const { rows, next } = await store().walkQstashRows(query, { after, upTo, limit: BATCH });
      const ids = rows.filter(({ url }) => urlMatches(filter, url)).map(({ id }) => id);
      const wanted = ids.slice(0, count - canceled);
      canceled += await store().cancel(wanted, runtime().clock.now());
      after = next?.id;
    }
    return canceled;
  }

  return {
    /** Includes finished messages until retention removes them. @throws QstashError 404 */
    async get(messageId: string) {
      const row = await find(messageId);
      const message = (await qstashMessages(runtime(), [row])).get(row.id);
      if (message === undefined) throw new QstashError(404, `message ${messageId} not found`);
      return messageJson(message, runtime().redactor.digest);
    },

    /** @throws QstashError 404, also for a finished message. */
    async cancel(messageId: string) {
      const row = await find(messageId);
      const canceled = await store().cancel([row.id], runtime().clock.now());
      if (canceled === 0) throw new QstashError(404, `message ${messageId} not found`);
      return { cancelled: canceled };
    },

    /** @throws QstashError 400 for an unknown filter. */
    async cancelMany(query: string, body: unknown) {
      const { ids, filter, count } = cancelRequest(query, body);
      const wanted = ids === undefined ? filter : { messageId: ids };
      return { cancelled: await cancelMatching(wanted, count ?? Number.MAX_SAFE_INTEGER) };
    },
  };
};
