/**
 * The code API: `strapi.plugin('guaranteed-webhooks').service('publisher').publish({ … })`.
 *
 * Joins the caller's transaction: inside `strapi.db.transaction`, the messages exist only if it commits.
 * Returns when they are written; the dispatcher delivers them.
 */
import { createHash } from 'node:crypto';

import type { Core } from '@strapi/strapi';

import { currentActor } from '../host/actor';
import { targetLane } from '../core/message/callback-target';
import { CoreError } from '../core/errors';
import type { EventSource, NewEvent, NewMessage, StoredBody } from '../core/message/message';
import { assertPayloadSize, storeBody } from '../core/message/payload';
import type { Delivery } from '../store/types';
import type { Directory, EndpointSettings } from '../delivery/engine/directory';
import { publishRequest, type PublishInput, type PublishRequest } from './publish-input';
import { runtimeOf, type Runtime } from '../runtime/runtime';

export type { PublishInput } from './publish-input';

const JSON_TYPE = 'application/json';

export interface PublishContext {
  /** Default `code`. */
  source?: EventSource;
  /** Set for messages that come through an API. */
  callerIp?: string;
  /** Headers that the plugin adds. */
  headers?: Record<string, string>;
}

export interface PublishedMessage {
  messageId: string;
  url: string;
  /** A duplicate: `messageId` is the first message's. */
  deduplicated: boolean;
}

export interface PublishResult {
  messages: PublishedMessage[];
  /** In the order of `messages`. */
  messageIds: string[];
  /** True when every message is a duplicate. */
  deduplicated: boolean;
}

interface Draft {
  message: NewMessage;
  deduplicationKey: string | null;
}

/** @param runtime the node. */
export function createPublisher(strapi: Core.Strapi, runtime: () => Runtime) {
  function eventOf(request: PublishRequest, source: EventSource): NewEvent {
    const body = payloadBody(request.payload, runtime().config.payload.maxBytes);
    return {
      name: request.event ?? request.topic ?? 'publish',
      uid: null,
      entryDocumentId: null,
      entryLocale: null,
      body,
      contentType: request.contentType ?? JSON_TYPE,
      actor: currentActor(strapi),
      source,
      occurredAt: runtime().clock.now(),
    };
  }

  function draftsOf(request: PublishRequest, context: PublishContext, event: NewEvent): Draft[] {
    const { recorder, directory, clock } = runtime();
    const shared = sharedOf(request, clock.now());
    const own = {
      ...shared,
      headers: { ...shared.headers, ...context.headers },
      callerIp: context.callerIp ?? null,
    };
    const id = deduplicationIdOf(request, event.body);

    if (request.url !== undefined) {
      const message: NewMessage = {
        messageId: recorder.newMessageId(),
        endpointId: null,
        endpointName: null,
        topicName: null,
        url: request.url,
        method: request.method ?? 'POST',
        lane: targetLane(request.url),
        body: null,
        signatures: ['standard'],
        sourceMessageId: null,
        ...own,
      };
      return [{ message, deduplicationKey: id === null ? null : `u:${id}` }];
    }

    if (request.endpointId !== undefined) {
      const endpoint = assertEndpoint(directory, request.endpointId);
      const message = recorder.endpointMessage(endpoint, null, own);
      return [{ message, deduplicationKey: id === null ? null : `e:${endpoint.id}:${id}` }];
    }

    const topic = directory.topicByName(request.topic ?? '');
    if (topic === undefined) {
      throw new CoreError('UNKNOWN_TOPIC', `there is no topic "${request.topic}"`, 'topic');
    }
    // An error, because the publisher would expect a delivery.
    if (!topic.enabled) {
      throw new CoreError('CONFLICT', `the topic "${topic.name}" is disabled`, 'topic');
    }
    return topic.endpointIds
      .map((endpointId) => directory.endpoint(endpointId))
      .filter((endpoint) => endpoint !== undefined)
      .map((endpoint) => ({
        message: recorder.endpointMessage(endpoint, topic.name, own),
        deduplicationKey: id === null ? null : `t:${topic.id}:${endpoint.id}:${id}`,
      }));
  }

  /** Claims the deduplication keys, and leaves out duplicates. */
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

  return {
    /**
     * @throws CoreError UNKNOWN_TOPIC, CONFLICT (the topic is disabled), INVALID_URL, UNSAFE_URL, INVALID_HEADER, INVALID_RETRY_POLICY,
     *   INVALID_VALUE, PAYLOAD_TOO_LARGE, each with the field, before anything is written.
     */
    async publish(input: PublishInput, context: PublishContext = {}): Promise<PublishResult> {
      const { source = 'code' } = context;
      const request = publishRequest(runtime(), input, source);
      const event = eventOf(request, source);
      const drafts = draftsOf(request, context, event);
      const { store, recorder } = runtime();
      // Retried after a deadlock, which two messages with the same new queue or key may cause.
      return store.inTransaction(async () => {
        const { fresh, messages } = await withoutDuplicates(drafts);
        if (fresh.length > 0) {
          const delivery: Delivery = { event, messages: fresh };
          await recorder.deliver([delivery]);
          await store.afterCommit(() => runtime().wake(fresh[0]?.notBefore));
        }
        return {
          messages,
          messageIds: messages.map(({ messageId }) => messageId),
          deduplicated: messages.length > 0 && fresh.length === 0,
        };
      });
    },
  };
}

export type PublisherService = ReturnType<typeof createPublisher>;

export const createPublisherService = ({ strapi }: { strapi: Core.Strapi }): PublisherService =>
  createPublisher(strapi, () => runtimeOf(strapi));

/** Properties that all messages of the request share, independent of their destination. */
function sharedOf(request: PublishRequest, now: number) {
  const { queue, retryPolicy, callbacks } = request;
  return {
    ...(request.signatures && { signatures: request.signatures }),
    headers: request.headers ?? {},
    timeoutMs: request.timeoutMs ?? null,
    labels: request.labels ?? [],
    flowControl: request.flowControl ?? null,
    redact: request.redact ?? null,
    deduplicationId: request.deduplicationId ?? null,
    scheduleId: request.scheduleId ?? null,
    retryPolicy,
    callbacks,
    notBefore: request.notBefore ?? now + (request.delayMs ?? 0),
    queue: queue === undefined ? null : { name: queue },
  };
}

/** Content-based ids cover body, content type, headers, method and destination. */
function deduplicationIdOf(request: PublishRequest, body: StoredBody): string | null {
  if (request.deduplicationId !== undefined) return request.deduplicationId;
  if (request.contentBasedDeduplication !== true) return null;
  const headers = Object.entries(request.headers ?? {})
    .map(([name, value]) => [name.toLowerCase(), value])
    .sort();
  const { url, topic, endpointId, method, contentType } = request;
  const content = [url ?? topic ?? endpointId, method, contentType, headers, body.text];
  return `#${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}

/** @throws CoreError INVALID_VALUE. */
export function assertEndpoint(directory: Directory, endpointId: number): EndpointSettings {
  const endpoint = directory.endpoint(endpointId);
  if (endpoint !== undefined) return endpoint;
  throw new CoreError('INVALID_VALUE', `there is no endpoint ${endpointId}`, 'endpointId');
}

/** @throws CoreError INVALID_VALUE, PAYLOAD_TOO_LARGE. */
export function payloadBody(payload: unknown, maxBytes: number): StoredBody {
  const body = storeBody(bytesOf(payload));
  assertPayloadSize(body, maxBytes, 'payload');
  return body;
}

function bytesOf(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  if (typeof payload === 'string') return Buffer.from(payload, 'utf8');
  const text = jsonOf(payload);
  if (text === undefined) {
    throw new CoreError('INVALID_VALUE', 'must be a string, bytes or a JSON value', 'payload');
  }
  return Buffer.from(text, 'utf8');
}

/** @returns undefined for what JSON has no form for: a function, a BigInt, an object that contains itself. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
