/** Lists events, newest first, with their actors and bodies. */
import type { Core } from '@strapi/strapi';

import type { EventSource, EventView, Page, StoredBody } from '../contract';
import { CoreError } from '../../core/errors';
import { pageOf, positionOf } from '../../api/page';
import { runtimeOf } from '../../runtime/runtime';

export interface EventFilter {
  name?: string[];
  uid?: string[];
  entryDocumentId?: string;
  source?: EventSource[];
}

export const createEventsService = ({ strapi }: { strapi: Core.Strapi }) => ({
  async list(
    filter: EventFilter,
    page: { cursor?: string; pageSize: number }
  ): Promise<Page<EventView>> {
    const before = positionOf(page.cursor);
    const rows = await runtimeOf(strapi).store.listEvents(filter, {
      ...(before !== undefined && { before }),
      limit: page.pageSize + 1,
    });
    return pageOf(rows, page.pageSize, (row) => row);
  },

  async get(id: number): Promise<EventView & { body: StoredBody; contentType: string }> {
    const { store, redactor } = runtimeOf(strapi);
    const event = await store.findEvent(id);
    if (event === null) throw new CoreError('NOT_FOUND', `there is no event ${id}`);
    // Messages share the event's body, so a message's redaction applies here too.
    const [message] = await store.siblings(id, 1);
    return { ...event, body: redactor.body(event.body, message?.redact) };
  },
});
