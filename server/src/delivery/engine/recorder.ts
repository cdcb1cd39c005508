/**
 * Turns events into messages: one for each endpoint that an event is routed to, written through the
 * transaction that is open, or in one of its own.
 */
import type { NewEvent, NewMessage } from '../../core/message/message';
import { messageIdFrom } from '../../core/message/message-id';
import type { TraceContext } from '../../core/trace-context';
import type { Delivery, FullStore, InsertedMessage } from '../../store/types';
import { endpointLane, type Directory, type EndpointSettings } from './directory';

const MESSAGE_ID_BYTES = 18;

/** Tells people and receivers that the body is not the whole event. */
const REDUCED = { headers: { 'x-payload-reduced': 'true' }, labels: ['payload-reduced'] };

interface Dependencies {
  store: Pick<FullStore, 'insert'>;
  directory: Directory;
  now: () => number;
  /** The current trace context. */
  trace: () => TraceContext | null;
  randomBytes: (length: number) => Buffer;
}

/** What a message may have of its own, over what its endpoint says. */
export type MessageOverrides = Partial<
  Pick<
    NewMessage,
    | 'headers'
    | 'retryPolicy'
    | 'timeoutMs'
    | 'notBefore'
    | 'labels'
    | 'callerIp'
    | 'lane'
    | 'signatures'
    | 'callbacks'
    | 'queue'
    | 'flowControl'
    | 'redact'
    | 'deduplicationId'
    | 'scheduleId'
  >
>;

export function createRecorder({ store, directory, now, trace, randomBytes }: Dependencies) {
  const newMessageId = (): string => messageIdFrom(randomBytes(MESSAGE_ID_BYTES));

  function insert(deliveries: readonly Delivery[]): Promise<InsertedMessage[]> {
    const current = trace();
    const traced = deliveries.map(({ event, messages }) => ({
      event: { trace: current, ...event },
      messages,
    }));
    return store.insert(traced, now());
  }

  /** A message to an endpoint. URL and method are a record of today's; each attempt uses what the endpoint then says. */
  function endpointMessage(
    endpoint: EndpointSettings,
    topicName: string | null,
    overrides: MessageOverrides = {}
  ): NewMessage {
    return {
      messageId: newMessageId(),
      endpointId: endpoint.id,
      endpointName: endpoint.name,
      topicName,
      url: endpoint.url,
      method: endpoint.method,
      lane: endpointLane(endpoint.id),
      headers: {},
      body: null,
      signatures: endpoint.signatures,
      retryPolicy: null,
      timeoutMs: null,
      notBefore: now(),
      labels: [],
      sourceMessageId: null,
      callerIp: null,
      ...overrides,
    };
  }

  return {
    newMessageId,
    endpointMessage,

    /** Messages for the endpoints that subscribe to each event. @returns how many were written. */
    async record(events: readonly NewEvent[]): Promise<number> {
      const routes = directory.routes();
      const deliveries = events
        .map((event): Delivery => {
          const messages: NewMessage[] = [];
          for (const { endpointId, topicName } of routes.route(event.name, event.uid)) {
            const endpoint = directory.endpoint(endpointId);
            if (endpoint === undefined) continue;
            messages.push(endpointMessage(endpoint, topicName, event.reduced ? REDUCED : {}));
          }
          return { event, messages };
        })
        .filter(({ messages }) => messages.length > 0);
      if (deliveries.length === 0) return 0;
      return (await insert(deliveries)).length;
    },

    /** Messages whose receivers are known already. */
    deliver(deliveries: readonly Delivery[]): Promise<InsertedMessage[]> {
      return insert(deliveries);
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
