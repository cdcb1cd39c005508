/** Records events, with one message per endpoint that an event is routed to, in the open transaction or a new one. */
import type { NewEvent, NewMessage } from '../../core/message/message';
import { messageIdFrom } from '../../core/message/message-id';
import type { TraceContext } from '../../core/trace-context';
import type { Delivery, FullStore, InsertedMessage } from '../../store/types';
import { endpointLane, type Directory, type EndpointSettings } from './directory';

const MESSAGE_ID_BYTES = 18;

/** Marks a message whose body is not the whole event. */
const REDUCED = { headers: { 'x-payload-reduced': 'true' }, labels: ['payload-reduced'] };

interface Dependencies {
  store: Pick<FullStore, 'insert'>;
  directory: Directory;
  now: () => number;
  /** The current trace context. */
  trace: () => TraceContext | null;
  randomBytes: (length: number) => Buffer;
}

/** Settings of a message that override those of its endpoint. */
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

  /** Its URL and method are a record; each attempt uses the endpoint's current ones. */
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

    /** Records events for the endpoints that subscribe to them. @returns the number of messages. */
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

    /** Records events whose messages are given. */
    deliver(deliveries: readonly Delivery[]): Promise<InsertedMessage[]> {
      return insert(deliveries);
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
