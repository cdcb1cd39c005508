/** Records events, with one message per endpoint that an event is routed to, in the open transaction or a new one. */
import type { NewEvent, NewMessage } from '../../core/message/message';
import { messageIdFrom } from '../../core/message/message-id';
import { REDUCED_HEADER } from '../../core/message/payload';
import { shapeKey, type Shape } from '../../core/shape/shape';
import { viewOf } from '../../core/shape/view';
import type { Judgement, Withheld } from '../../core/routing/filtering';
import { batchKeyOf, batchLane, latestLane, orderKeyOf } from '../../core/gates/delivery-mode';
import { batchKindOf } from '../../core/message/batch';
import { isIgnored } from '../../core/routing/loop-guard';
import { renderShape, type RenderContext } from '../../core/shape/render';
import { isMessageKind } from '../../core/signing/kinds';
import { noteOf } from '../../core/ledger/ledger';
import type { TraceContext } from '../../core/trace-context';
import type { Delivery, FullStore, InsertedMessage } from '../../store/types';
import type { Brake } from './brake';
import { endpointLane, type Directory, type EndpointSettings } from './directory';

const MESSAGE_ID_BYTES = 18;

export const REDUCED_LABEL = 'payload-reduced';

/** Marks a message whose body is not the whole event. */
const REDUCED: Partial<Shaped> = {
  headers: { [REDUCED_HEADER]: 'true' },
  labels: [REDUCED_LABEL],
};

interface Dependencies {
  store: Pick<FullStore, 'insert' | 'afterCommit' | 'transactionId'>;
  directory: Directory;
  now: () => number;
  /** The current trace context. */
  trace: () => TraceContext | null;
  randomBytes: (length: number) => Buffer;
  rendering: RenderContext;
  brake: Brake;
  /** Counts what filters withheld, after the commit. */
  withheld(event: NewEvent, withheld: readonly Withheld[]): void;
}

type Shapable = Pick<EndpointSettings, 'shape'>;

/** An event as one endpoint is sent it. */
type Shaped = Pick<NewMessage, 'headers' | 'body' | 'labels' | 'rendering'>;

/** An endpoint that is sent an event. */
export interface Receiver {
  endpoint: EndpointSettings;
  topicName: string | null;
  shaped: Partial<Shaped>;
}

/** Settings of a message that override those of its endpoint. */
export type MessageOverrides = Partial<
  Pick<
    NewMessage,
    | 'headers'
    | 'body'
    | 'rendering'
    | 'retryPolicy'
    | 'timeoutMs'
    | 'notBefore'
    | 'labels'
    | 'callerIp'
    | 'lane'
    | 'orderKey'
    | 'ledger'
    | 'signatures'
    | 'callbacks'
    | 'queue'
    | 'flowControl'
    | 'redact'
    | 'deduplicationId'
    | 'scheduleId'
  >
>;

export function createRecorder(deps: Dependencies) {
  const { store, directory, now, trace, randomBytes, rendering } = deps;
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
      method: overrides.rendering?.method ?? endpoint.method,
      lane: endpointLane(endpoint.id),
      headers: {},
      body: null,
      signatures: endpoint.signatures.filter(isMessageKind),
      retryPolicy: null,
      timeoutMs: null,
      notBefore: now(),
      labels: [],
      sourceMessageId: null,
      callerIp: null,
      ...overrides,
    };
  }

  /** Renders an event for endpoints, each shape once. */
  function shaper(event: NewEvent): (endpoint: Shapable) => Partial<Shaped> | null {
    const known = new Map<string, Partial<Shaped> | null>();
    const reducedBy = (reduced: boolean | undefined): Partial<Shaped> => (reduced ? REDUCED : {});
    const plain = reducedBy(event.reduced);

    function render(shape: Shape): Partial<Shaped> | null {
      const rendered = renderShape(event, shape, rendering);
      if (rendered === null || shape.payload === 'thin') return rendered;
      const view = viewOf(shape, rendering.codeNeeds);
      const viewed = view === null ? undefined : event.views?.get(view.key);
      const its = viewed === undefined ? plain : reducedBy(viewed.reduced);
      return { ...its, ...rendered, headers: { ...its.headers, ...rendered.headers } };
    }

    return ({ shape }) => {
      if (shape === null) return plain;
      const key = shapeKey(shape);
      const made = known.has(key) ? known.get(key) : render(shape);
      known.set(key, made ?? null);
      return made ?? null;
    };
  }

  /** An event without a subject passes every filter. */
  function judge({ name, uid, subject }: NewEvent): Judgement {
    const routes = directory.routes();
    const filtering = subject === undefined ? null : routes.filtering(name, uid);
    if (filtering === null || subject === undefined) {
      return { routes: routes.route(name, uid), withheld: [] };
    }
    return filtering.judge(subject);
  }

  /** Notes the version that the receiver has once it has acknowledged the message. */
  function noted(
    event: NewEvent,
    { ledger }: Pick<EndpointSettings, 'ledger'>
  ): Pick<MessageOverrides, 'ledger'> {
    const note = ledger ? noteOf(event) : null;
    return note === null ? {} : { ledger: [note] };
  }

  /** Says where a message waits, and which version its receiver will have. */
  async function bookkeeping(
    event: NewEvent,
    endpoint: EndpointSettings,
    shaped: Partial<Shaped>
  ): Promise<Pick<MessageOverrides, 'lane' | 'orderKey' | 'ledger'>> {
    return { ...(await placeOf(event, endpoint, shaped)), ...noted(event, endpoint) };
  }

  /** Where a message waits for an endpoint that is not sent every event. */
  async function placeOf(
    event: NewEvent,
    { id, delivery, shape }: EndpointSettings,
    { rendering }: Partial<Shaped>
  ): Promise<Pick<MessageOverrides, 'lane' | 'orderKey'>> {
    switch (delivery.mode) {
      case 'every':
        return {};
      case 'latest': {
        const orderKey = orderKeyOf(id, event);
        return orderKey === null ? {} : { lane: latestLane(id), orderKey };
      }
      case 'batch': {
        const kind = batchKindOf(shape);
        // An event that could not be rendered is a dead letter of its own.
        if (kind === null || rendering?.problem !== undefined) return {};
        const transaction = delivery.by === 'transaction' ? await store.transactionId() : '';
        return { lane: batchLane(id), orderKey: batchKeyOf(kind, transaction) };
      }
    }
  }

  /** Endpoints that are sent this event. Those from which it is withheld count it. */
  async function receiversOf(event: NewEvent): Promise<Receiver[]> {
    const { routes, withheld } = judge(event);
    const held = [...withheld];
    const receivers: Receiver[] = [];
    const shapedFor = shaper(event);
    for (const { endpointId, topicName } of routes) {
      const endpoint = directory.endpoint(endpointId);
      if (endpoint === undefined) continue;
      const isOwn = isIgnored(event.actor, endpoint.ignoredActors);
      const shaped = isOwn ? null : shapedFor(endpoint);
      if (shaped !== null) {
        receivers.push({ endpoint, topicName, shaped });
        continue;
      }
      held.push(
        isOwn
          ? { by: 'actors', id: endpointId, condition: 'ignoredActors' }
          : { by: 'endpoint', id: endpointId, condition: 'format' }
      );
    }
    if (held.length > 0) await store.afterCommit(() => deps.withheld(event, held));
    return receivers;
  }

  async function messagesOf(event: NewEvent): Promise<NewMessage[]> {
    const messages: NewMessage[] = [];
    for (const { endpoint, topicName, shaped } of await receiversOf(event)) {
      const message = endpointMessage(endpoint, topicName, {
        ...shaped,
        ...(await bookkeeping(event, endpoint, shaped)),
      });
      messages.push(await deps.brake(message, event, endpoint));
    }
    return messages;
  }

  return {
    newMessageId,
    endpointMessage,
    receiversOf,
    bookkeeping,
    noted,

    /** @returns the event as the endpoint is sent it; null when its format sends nothing. */
    shaped: (event: NewEvent, endpoint: Shapable): Partial<Shaped> | null =>
      shaper(event)(endpoint),

    /** Records events for the endpoints that subscribe to them. @returns the number of messages. */
    async record(events: readonly NewEvent[]): Promise<number> {
      const made: Delivery[] = [];
      for (const event of events) made.push({ event, messages: await messagesOf(event) });
      const deliveries = made.filter(({ messages }) => messages.length > 0);
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
