/** What the receivers know of one entry: to each, the last message about it, and the last that arrived. */
import type { Core } from '@strapi/strapi';

import type { EntryDelivery, EntryQuery } from '../contract';
import type { MessageRow } from '../store/types';
import { messageView } from './messages';
import { runtimeOf } from './runtime';

/** Newest messages looked at. A receiver that has heard nothing in so many is not listed. */
const LOOKED_AT = 200;

export const createDeliveriesService = ({ strapi }: { strapi: Core.Strapi }) => ({
  /** Receivers in the order of their last message, newest first. */
  async ofEntry({ uid, documentId, locale }: EntryQuery): Promise<EntryDelivery[]> {
    const runtime = runtimeOf(strapi);
    const entry = { documentId, uid, ...(locale !== undefined && { locale }) };
    const rows = await runtime.store.messagesOfEntry(entry, LOOKED_AT);
    const byReceiver = new Map<number | string, MessageRow[]>();
    for (const row of rows) {
      const receiver = row.endpointId ?? row.url;
      byReceiver.set(receiver, [...(byReceiver.get(receiver) ?? []), row]);
    }
    return [...byReceiver.values()].flatMap((its) => {
      const [latest] = its;
      if (latest === undefined) return [];
      const arrived = its.find(({ state }) => state === 'delivered');
      return [
        { latest: messageView(runtime, latest), lastDeliveredAt: arrived?.finishedAt ?? null },
      ];
    });
  },
});

export type DeliveriesService = ReturnType<typeof createDeliveriesService>;
