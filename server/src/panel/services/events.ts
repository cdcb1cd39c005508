/** Lists events, newest first, with their actors, deliveries and bodies. */
import type { Core } from '@strapi/strapi';

import type {
  EventDelivery,
  EventFilter,
  EventReplayInput,
  EventView,
  LoggedEvent,
  Page,
  StoredBody,
} from '../contract';
import { CoreError } from '../../core/errors';
import { isEndpointHeld } from '../../api/message-views';
import { redactUrl } from '../../core/safety/redact';
import { orderOf, pageOf, positionOf, type ListPage } from '../../api/page';
import { currentActor } from '../../host/actor';
import { replayEvents } from './event-replay';
import { runtimeOf } from '../../runtime/runtime';

/** Dots of one event. Its page lists all. */
const SHOWN_DELIVERIES = 50;

export const createEventsService = ({ strapi }: { strapi: Core.Strapi }) => ({
  async list(filter: EventFilter, page: ListPage): Promise<Page<LoggedEvent>> {
    const runtime = runtimeOf(strapi);
    const { store } = runtime;
    const past = positionOf(page.cursor);
    const order = orderOf(page);
    const window = await store.eventWindow(filter, past, order);
    const rows = await store.listEvents(filter, {
      ...(past !== undefined && { past }),
      ...(window !== null && { upTo: window.upTo }),
      order,
      limit: page.pageSize + 1,
    });
    const ids = rows.slice(0, page.pageSize).map(({ id }) => id);
    const found = await store.deliveriesOf(ids, SHOWN_DELIVERIES);
    const shown = (delivery: EventDelivery): EventDelivery => ({
      ...delivery,
      held: delivery.held || isEndpointHeld(runtime, delivery),
      url: redactUrl(delivery.url),
    });
    return pageOf(
      rows,
      page.pageSize,
      (row): LoggedEvent => {
        const { total, deliveries } = found.get(row.id) ?? { total: 0, deliveries: [] };
        return { ...row, total, deliveries: deliveries.map(shown) };
      },
      window
    );
  },

  /** @throws CoreError INVALID_VALUE, naming the field. */
  replay: (input: EventReplayInput) => replayEvents(runtimeOf(strapi), input, currentActor(strapi)),

  async get(id: number): Promise<EventView & { body: StoredBody; contentType: string }> {
    const { store, redactor } = runtimeOf(strapi);
    const event = await store.findEvent(id);
    if (event === null) throw new CoreError('NOT_FOUND', `there is no event ${id}`);
    // Messages share the event's body, so a message's redaction applies here too.
    const [message] = await store.siblings(id, 1);
    return { ...event, body: redactor.body(event.body, message?.redact) };
  },
});
