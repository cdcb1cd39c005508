/**
 * The code API: `strapi.plugin('guaranteed-webhooks').service('publisher').publish({ … })`.
 *
 * Joins the caller's transaction: called inside `strapi.db.transaction`, the messages exist if and
 * only if that commits. Returns as soon as they are written; delivery is the dispatcher's business.
 */
import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';

import { currentActor } from '../capture/actor';
import { validateRetryPolicy } from '../core/backoff';
import { CoreError } from '../core/errors';
import { validateHeaders } from '../core/headers';
import type {
  EventSource,
  NewEvent,
  NewMessage,
  RetryPolicy,
  SignatureKind,
} from '../core/message';
import { assertPayloadSize, storeBody } from '../core/payload';
import { parseTarget } from '../core/url-safety';
import type { Delivery } from '../store/types';
import type { Runtime } from './runtime';
import { parseInput } from './input';

const DAY_MS = 86_400_000;
const MAX_DELAY_MS = 366 * DAY_MS;
const JSON_TYPE = 'application/json';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;

const publishSchema = z
  .strictObject({
    /** Name of a topic: one message for each of its endpoints. Either this or `url`. */
    topic: z.string().min(1).optional(),
    /** Absolute http(s) URL: one message. */
    url: z.string().min(1).optional(),
    /** A string or bytes are sent as they are; anything else as JSON. */
    payload: z.unknown(),
    /** Goes out as `X-Strapi-Event`. Default: the topic's name, or `publish`. */
    event: z.string().min(1).max(255).optional(),
    /** For `url` only: an endpoint has its own. Default POST. */
    method: z.enum(METHODS).optional(),
    contentType: z.string().min(1).max(255).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** Not before this many ms from now. */
    delayMs: z.number().int().min(0).max(MAX_DELAY_MS).optional(),
    /** Not before this instant, epoch ms. Wins over `delayMs`. */
    notBefore: z.number().int().min(0).optional(),
    /** The same id within the configured window (10 minutes) is accepted, answered with the first message's id, and sent once. */
    deduplicationId: z.string().min(1).max(200).optional(),
    /** Replaces the endpoint's own (or, for `url`, QStash's curve with 3 retries). */
    retryPolicy: z.unknown().optional(),
    timeoutMs: z.number().int().min(100).optional(),
    labels: z.array(z.string().min(1).max(100)).max(10).optional(),
    /** What these messages carry, whatever their endpoint asks for. Default, for `url`: `['standard']`. */
    signatures: z.array(z.enum(['standard', 'jwt'])).optional(),
  })
  .refine((input) => (input.topic === undefined) !== (input.url === undefined), {
    path: ['topic'],
    message: 'give either topic or url',
  });

export type PublishInput = Omit<z.input<typeof publishSchema>, 'retryPolicy'> & {
  retryPolicy?: RetryPolicy;
};

export interface PublishContext {
  /** Default `code`. */
  source?: EventSource;
  /** Of who published it through an API. */
  callerIp?: string;
}

export interface PublishedMessage {
  messageId: string;
  url: string;
  /** It had been published before: this is the id it got then. */
  deduplicated: boolean;
}

export interface PublishResult {
  messages: PublishedMessage[];
  /** One for a URL; one for each endpoint of a topic, in the order of `messages`. */
  messageIds: string[];
  /** True when every message had been published before under the same deduplication id. */
  deduplicated: boolean;
}

interface Draft {
  message: NewMessage;
  deduplicationKey: string | null;
}

type Parsed = z.output<typeof publishSchema>;

export const createPublisherService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = (): Runtime => strapi.plugin('guaranteed-webhooks').service('runtime');

  function eventOf(input: Parsed, source: EventSource): NewEvent {
    const body = storeBody(bytesOf(input.payload));
    assertPayloadSize(body, runtime().config.payload.maxBytes, 'payload');
    return {
      name: input.event ?? input.topic ?? 'publish',
      uid: null,
      entryDocumentId: null,
      entryLocale: null,
      body,
      contentType: input.contentType ?? JSON_TYPE,
      actor: currentActor(strapi),
      source,
      occurredAt: runtime().clock.now(),
    };
  }

  function draftsOf(input: Parsed, callerIp: string | null): Draft[] {
    const { recorder, directory, clock } = runtime();
    const signatures: SignatureKind[] | undefined = input.signatures;
    const overrides = {
      ...(signatures && { signatures }),
      callerIp,
      headers: input.headers ?? {},
      retryPolicy:
        input.retryPolicy === undefined
          ? null
          : validateRetryPolicy(input.retryPolicy, 'retryPolicy'),
      timeoutMs: timeoutOf(input),
      notBefore: input.notBefore ?? clock.now() + (input.delayMs ?? 0),
      labels: input.labels ?? [],
    };
    const id = input.deduplicationId;

    if (input.url !== undefined) {
      const target = parseTarget(input.url, runtime().urlPolicy, 'url');
      const message: NewMessage = {
        messageId: recorder.newMessageId(),
        endpointId: null,
        endpointName: null,
        topicName: null,
        url: input.url,
        method: input.method ?? 'POST',
        lane: `u:${target.host}`,
        body: null,
        signatures: ['standard'],
        sourceMessageId: null,
        ...overrides,
      };
      return [{ message, deduplicationKey: id === undefined ? null : `u:${id}` }];
    }

    const topic = directory.topicByName(input.topic ?? '');
    if (topic === undefined) {
      throw new CoreError('UNKNOWN_TOPIC', `there is no topic "${input.topic}"`, 'topic');
    }
    return topic.endpointIds
      .map((endpointId) => directory.endpoint(endpointId))
      .filter((endpoint) => endpoint !== undefined)
      .map((endpoint) => ({
        message: recorder.endpointMessage(endpoint, topic.name, overrides),
        deduplicationKey: id === undefined ? null : `t:${topic.id}:${endpoint.id}:${id}`,
      }));
  }

  /** A timeout beyond the lease would let a second node send what the first is still sending. */
  function timeoutOf(input: Parsed): number | null {
    const { leaseMs } = runtime().config.dispatcher;
    if (input.timeoutMs !== undefined && input.timeoutMs >= leaseMs) {
      throw new CoreError(
        'INVALID_VALUE',
        `must be below dispatcher.leaseMs (${leaseMs})`,
        'timeoutMs'
      );
    }
    return input.timeoutMs ?? null;
  }

  /** Claims the keys; what was published before is not written again. */
  async function withoutDuplicates(drafts: Draft[]) {
    const { store, clock, config } = runtime();
    const fresh: NewMessage[] = [];
    const messages: PublishedMessage[] = [];
    for (const { message, deduplicationKey } of drafts) {
      const now = clock.now();
      const first =
        deduplicationKey === null
          ? null
          : await store.claimDeduplicationKey({
              key: deduplicationKey,
              messageId: message.messageId,
              now,
              expiresAt: now + config.deduplicationMs,
            });
      if (first === null) fresh.push(message);
      const messageId = first ?? message.messageId;
      messages.push({ messageId, url: message.url, deduplicated: first !== null });
    }
    return { fresh, messages };
  }

  async function write(
    input: Parsed,
    { source = 'code', callerIp }: PublishContext
  ): Promise<PublishResult> {
    const event = eventOf(input, source);
    const drafts = draftsOf(input, callerIp ?? null);
    return strapi.db.transaction(async ({ onCommit }: { onCommit: (run: () => void) => void }) => {
      const { fresh, messages } = await withoutDuplicates(drafts);
      if (fresh.length > 0) {
        const delivery: Delivery = { event, messages: fresh };
        await runtime().recorder.deliver([delivery]);
        onCommit(() => runtime().wake());
      }
      return {
        messages,
        messageIds: messages.map(({ messageId }) => messageId),
        deduplicated: messages.length > 0 && fresh.length === 0,
      };
    });
  }

  return {
    /**
     * @throws CoreError UNKNOWN_TOPIC, INVALID_URL, UNSAFE_URL, INVALID_HEADER, INVALID_RETRY_POLICY,
     *   INVALID_VALUE, PAYLOAD_TOO_LARGE, each with the field; nothing is written then.
     */
    async publish(input: PublishInput, context: PublishContext = {}): Promise<PublishResult> {
      const parsed = parseInput(publishSchema, input);
      validateHeaders(parsed.headers ?? {}, 'headers');
      return write(parsed, context);
    },
  };
};

export type PublisherService = ReturnType<typeof createPublisherService>;

function bytesOf(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  if (typeof payload === 'string') return Buffer.from(payload, 'utf8');
  const text: string | undefined = JSON.stringify(payload);
  if (text === undefined) {
    throw new CoreError('INVALID_VALUE', 'must be a string, bytes or a JSON value', 'payload');
  }
  return Buffer.from(text, 'utf8');
}
