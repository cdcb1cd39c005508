/** Publishes to URLs and URL groups, into queues, and in batches. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Core } from '@strapi/strapi';

import { CoreError } from '../../core/errors';
import { longestTimeoutMs } from '../../core/message/timeout';
import { jwtKind } from '../../core/signing/signature-jwt';
import type { CallbackSpec, CallbackSpecs } from '../../core/message/message';
import type { PluginConfig } from '../../config/schema';
import { PLUGIN_ID } from '../../plugin-id';
import { publishRequest } from '../../api/publish-input';
import { parseBatchItem } from '../format/bodies';
import type { HeaderMap } from '../format/header-names';
import { parseName } from '../format/option-values';
import { refuseInPublish } from '../format/misplaced-options';
import { merge, publishOptions, type OptionLayers } from '../format/publish-options';
import { decode, takeOptions } from '../format/request-target';
import {
  answerOf,
  INVALID_SCHEME,
  refusedDestination,
  QstashError,
  type ErrorAnswer,
} from '../format/error';
import type { TopicRecord } from '../../store/types';
import type { PublisherService, PublishInput, PublishResult } from '../../api/publisher';
import { runtimeOf } from '../../runtime/runtime';
import type { QstashTopicsService } from './topics';

export interface QstashPublish {
  /** The destination, undecoded, without its query. */
  subject: string;
  /** Undecoded, with its `?`: options, and the destination's own query. */
  query: string;
  headers: HeaderMap;
  body: Uint8Array;
  queue?: string;
  callerIp: string;
  tokenInQuery: boolean;
  /** Headers that count the deliveries that led to this message. */
  hops: Record<string, string>;
}

export interface Published {
  messageId: string;
  url: string;
  deduplicated?: true;
}

export type Destination = { url: string } | { topic: TopicRecord };

const ACCEPTED = 200;
/** A duplicate: nothing was queued. */
const DEDUPLICATED = 202;
/** The content type of a body without one. */
const UNKNOWN_TYPE = 'application/octet-stream';

/** Shortens timeouts above the maximum, as QStash does. */
export function timeoutWithin({ dispatcher }: PluginConfig, timeoutMs: number): number {
  return Math.min(timeoutMs, longestTimeoutMs(dispatcher.leaseMs));
}

export function callbacksWithin(
  config: PluginConfig,
  { success, failure }: CallbackSpecs
): CallbackSpecs {
  const within = ({ timeoutMs, failure: nested, ...spec }: CallbackSpec): CallbackSpec => ({
    ...spec,
    ...(timeoutMs !== undefined && { timeoutMs: timeoutWithin(config, timeoutMs) }),
    ...(nested && { failure: within(nested) }),
  });
  return {
    ...(success && { success: within(success) }),
    ...(failure && { failure: within(failure) }),
  };
}

export const createQstashPublishService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const publisher = () => strapi.plugin(PLUGIN_ID).service<PublisherService>('publisher');
  const topics = () => strapi.plugin(PLUGIN_ID).service<QstashTopicsService>('qstash-topics');

  /** @throws QstashError 400 for neither a URL nor a name, 404 for an unknown URL group. */
  async function destinationOf(subject: string, ownQuery: string): Promise<Destination> {
    if (/^https?:\/\//i.test(subject)) return { url: subject + ownQuery };
    const name = decode(subject);
    if (!/^[\w.-]+$/.test(name) || subject !== name) throw new QstashError(400, INVALID_SCHEME);
    return { topic: await topics().find(name) };
  }

  /** The publisher checks the destination. */
  function inputOf(
    request: Pick<QstashPublish, 'headers' | 'queue' | 'body'>,
    destination: { url: string } | { topic: Pick<TopicRecord, 'name'> },
    layers: Omit<OptionLayers, 'headers'>
  ): PublishInput {
    const { config, clock } = runtime();
    const { headers, queue, body } = request;
    const given = publishOptions({ ...layers, headers }, clock.now());
    const { timeoutMs, callbacks, signatureAlgorithm, ...rest } = given;
    return {
      contentType: UNKNOWN_TYPE,
      ...rest,
      ...('url' in destination ? { url: destination.url } : { topic: destination.topic.name }),
      ...(timeoutMs !== undefined && { timeoutMs: timeoutWithin(config, timeoutMs) }),
      ...(callbacks && { callbacks: callbacksWithin(config, callbacks) }),
      ...(queue !== undefined && { queue: parseName(queue, 'queue name') }),
      payload: body,
      signatures: ['standard', jwtKind(signatureAlgorithm ?? config.v2.signatureAlgorithm)],
    };
  }

  async function prepare(
    request: QstashPublish,
    ownQuery: string,
    query: OptionLayers['query'] = []
  ): Promise<{ destination: Destination; input: PublishInput }> {
    const destination = await destinationOf(request.subject, ownQuery);
    const defaults =
      'topic' in destination ? await topics().defaultsOf(destination.topic.id) : undefined;
    const { tokenInQuery } = request;
    const input = inputOf(request, destination, {
      query,
      tokenInQuery,
      ...(defaults && { defaults }),
    });
    return { destination, input };
  }

  async function send(request: QstashPublish, ownQuery: string, query: OptionLayers['query'] = []) {
    const { headers, callerIp, hops } = request;
    refuseInPublish(merge({ headers, query }));
    const context = { source: 'api' as const, callerIp, headers: hops };
    const { destination, input } = await prepare(request, ownQuery, query);
    const result = await reworded(destination, () => publisher().publish(input, context));
    return { destination, result };
  }

  function answer({ destination, result }: { destination: Destination; result: PublishResult }) {
    const published = result.messages.map(publishedJson);
    return {
      status: result.deduplicated ? DEDUPLICATED : ACCEPTED,
      body: 'url' in destination ? published[0] : published,
    };
  }

  /** An invalid item gets an error as its answer; the others are published. */
  async function sendItem(item: unknown, caller: Pick<QstashPublish, 'callerIp' | 'hops'>) {
    try {
      const { destination, headers, body, queue } = parseBatchItem(item);
      const mark = destination.indexOf('?');
      const request: QstashPublish = {
        subject: mark === -1 ? destination : destination.slice(0, mark),
        query: '',
        headers,
        body: Buffer.from(body, 'utf8'),
        ...(queue !== undefined && { queue }),
        callerIp: caller.callerIp,
        hops: caller.hops,
        tokenInQuery: false,
      };
      return answer(await send(request, mark === -1 ? '' : destination.slice(mark))).body;
    } catch (error) {
      return { error: textOf(answerOf(error), error) };
    }
  }

  function textOf(known: ErrorAnswer | null, error: unknown): string {
    if (known !== null) return known.text;
    runtime().log.error('a message of a batch could not be published', { error });
    return 'internal error';
  }

  return {
    maxBytes: (): number => runtime().config.payload.maxBytes,
    maxBatchBytes: (): number => runtime().config.v2.maxBatchBytes,

    /** Reads what a schedule publishes. @throws QstashError, CoreError */
    async prepare(request: QstashPublish) {
      const { options, rest } = takeOptions(request.query);
      return prepare(request, rest, options);
    },

    /** Checks default headers as those of a message. @throws QstashError, CoreError */
    checkDefaults(topic: string, defaults: HeaderMap): void {
      refuseInPublish(defaults);
      const request = { headers: {}, body: Buffer.alloc(0) };
      const input = inputOf(request, { topic: { name: topic } }, { defaults });
      publishRequest(runtime(), input, 'api');
    },

    /** @throws QstashError, CoreError before anything is written. */
    async publish(request: QstashPublish) {
      const { options, rest } = takeOptions(request.query);
      return answer(await send(request, rest, options));
    },

    /** Returns one answer per item, in order. */
    async batch(
      items: readonly unknown[],
      caller: Pick<QstashPublish, 'callerIp' | 'hops'>
    ): Promise<unknown[]> {
      const answers: unknown[] = [];
      for (const item of items) {
        answers.push(await sendItem(item, caller));
        // SQLite is synchronous: without this pause, a batch would block the event loop.
        await nextTurn();
      }
      return answers;
    },
  };
};

export type QstashPublishService = ReturnType<typeof createQstashPublishService>;

/** Words the refusal of a destination as QStash does. */
export async function reworded<T>(destination: Destination, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isDestination = error instanceof CoreError && /^(publish\.)?url$/.test(error.field ?? '');
    if (!isDestination || error.code !== 'UNSAFE_URL') throw error;
    throw refusedDestination(error, 'url' in destination ? destination.url : '');
  }
}

function publishedJson({
  messageId,
  url,
  deduplicated,
}: PublishResult['messages'][number]): Published {
  return { messageId, url, ...(deduplicated && { deduplicated }) };
}
