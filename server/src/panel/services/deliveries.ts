/** What the receivers know of one entry: to each, the last message about it, and the last that arrived. */
import type { Core } from '@strapi/strapi';

import type { EntryDelivery, EntryQuery } from '../contract';
import { messageView } from '../../api/message-views';
import { runtimeOf } from '../../runtime/runtime';

/** More endpoints than one entry is sent to; those that heard of it last are listed. */
const MAX_RECEIVERS = 100;

export const createDeliveriesService = ({ strapi }: { strapi: Core.Strapi }) => ({
  /** Receivers in the order of their last message, newest first. */
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

export type DeliveriesService = ReturnType<typeof createDeliveriesService>;
