/** Deliveries of one entry: per receiver, the latest message and the latest delivery. */
import type { Core } from '@strapi/strapi';

import type { EntryDelivery, EntryQuery } from '../contract';
import { messageView } from '../../api/message-views';
import { runtimeOf } from '../../runtime/runtime';

/** At most this many receivers, those with the latest messages. */
const MAX_RECEIVERS = 100;

export const createDeliveriesService = ({ strapi }: { strapi: Core.Strapi }) => ({
  /** Receivers ordered by their latest message, newest first. */
  async ofEntry({ uid, documentId, locale }: EntryQuery): Promise<EntryDelivery[]> {
    const runtime = runtimeOf(strapi);
    const entry = { documentId, uid, ...(locale !== undefined && { locale }) };
    const receivers = await runtime.store.receiversOfEntry(entry, MAX_RECEIVERS);
    return receivers.map(({ latest, lastDeliveredAt }) => ({
      latest: messageView(runtime, latest),
      lastDeliveredAt,
    }));
  },
});
