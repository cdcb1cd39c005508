/** Sends entries by hand, as they are now, to one endpoint or to those of a topic. */
import type { Core } from '@strapi/strapi';
import { z } from 'zod';

import { parseInput } from '../../api/input';
import { text } from '../../api/schemas';
import type { EntryRow } from '../../capture';
import { CoreError } from '../../core/errors';
import { cutText } from '../../core/safety/text';
import { viewOf } from '../../core/shape/view';
import type { EndpointSettings } from '../../delivery/engine/directory';
import {
  createDocumentMessages,
  type MadeOfDocument,
} from '../../delivery/engine/document-messages';
import { versionsTold } from '../../delivery/engine/reconcile';
import { currentActor } from '../../host/actor';
import { runtimeOf, type Runtime } from '../../runtime/runtime';
import type { SendInput, SendResult, SendTargets } from '../contract';

/** They are rendered while the editor waits. */
const MAX_DOCUMENTS = 100;
const MAX_LABEL_LENGTH = 100;

export const MANUAL_LABEL = 'sent-by-hand';

const sendInput = z.strictObject({
  uid: text,
  documentIds: z.array(text).min(1).max(MAX_DOCUMENTS),
  locale: text.optional(),
}) satisfies z.ZodType<SendInput>;

/** Throws unless the sender may read the entries. */
type AssertReadable = (input: SendInput) => Promise<void>;

type Topics = ReturnType<Runtime['directory']['topics']>;

/** Endpoints, the topics by which they are told of entries, and the name that the editor chose. */
interface Target {
  endpoints: readonly EndpointSettings[];
  topics: Topics;
  name: string;
}

export const createManualSendsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);

  const documentMessages = (topics: Topics) => {
    const { recorder, schema } = runtime();
    const directory = { topics: () => topics };
    return createDocumentMessages({ directory, recorder, schemas: schema.schemas });
  };

  function versionsFor(endpoint: EndpointSettings, topics: Topics, uid: string) {
    const judge = documentMessages(topics).judgeOf(endpoint);
    return versionsTold(judge, uid, runtime().documents.hasDrafts(uid));
  }

  function labels(): string[] {
    const { label } = currentActor(strapi);
    const by = label === undefined ? [] : [cutText(`${MANUAL_LABEL}:${label}`, MAX_LABEL_LENGTH)];
    return [MANUAL_LABEL, ...by];
  }

  async function messagesTo(
    endpoint: EndpointSettings,
    topics: Topics,
    { uid, rows }: { uid: string; rows: readonly EntryRow[] }
  ): Promise<MadeOfDocument[]> {
    const { documents, formats } = runtime();
    const told = versionsFor(endpoint, topics, uid);
    const statusOf = ({ publishedAt }: EntryRow) => (publishedAt == null ? 'draft' : 'published');
    const its = rows.filter((row) => told === 'all' || told === statusOf(row));
    const events = await documents.events(
      uid,
      its,
      endpoint.shape && viewOf(endpoint.shape, formats.needs)
    );
    return documentMessages(topics).messagesOf(
      events.map((event) => ({ ...event, source: 'manual' as const })),
      // It is no change of the sender's, which the endpoint may ignore.
      {
        endpoint: { ...endpoint, ignoredActors: [] },
        filter: null,
        headers: {},
        labels: labels(),
      }
    );
  }

  /** Holds the entries until the transaction ends, so that a later change is sent later, too. */
  async function heldRows({ uid, documentIds, locale }: SendInput): Promise<EntryRow[]> {
    const { store, documents } = runtime();
    await store.holdDocuments(uid, documentIds);
    const rows = (await documents.versions(uid, documentIds)).filter(
      (row) => locale === undefined || row.locale == null || row.locale === locale
    );
    const missing = documentIds.findIndex((id) => !rows.some((row) => row.documentId === id));
    if (missing === -1) return rows;
    throw new CoreError(
      'INVALID_VALUE',
      `there is no such entry of ${uid}${locale === undefined ? '' : ` in the locale ${locale}`}`,
      `documentIds.${missing}`
    );
  }

  async function send(input: SendInput, { endpoints, topics, name }: Target): Promise<SendResult> {
    const { uid, documentIds } = input;
    const { store, recorder, wake } = runtime();
    const receivers = endpoints.filter((one) => versionsFor(one, topics, uid) !== null);
    if (receivers.length === 0) {
      throw new CoreError(
        'INVALID_VALUE',
        `no endpoint of "${name}" is sent entries of ${uid}`,
        'uid'
      );
    }
    return store.inTransaction(async () => {
      const rows = await heldRows(input);
      const made: MadeOfDocument[] = [];
      for (const endpoint of receivers) {
        made.push(...(await messagesTo(endpoint, topics, { uid, rows })));
      }
      await recorder.deliver(made.map(({ event, message }) => ({ event, messages: [message] })));
      await store.afterCommit(wake);
      const sent = new Set(
        made.map(({ event, message }) => `${message.endpointId} ${event.entryDocumentId}`)
      );
      return {
        messageIds: made.map(({ message }) => message.messageId),
        skipped: receivers.length * documentIds.length - sent.size,
      };
    });
  }

  async function checked(given: unknown, assertReadable: AssertReadable): Promise<SendInput> {
    const input = parseInput(sendInput, given);
    assertType(runtime(), input.uid);
    await assertReadable(input);
    await runtime().directory.refreshIfChanged();
    return { ...input, documentIds: [...new Set(input.documentIds)] };
  }

  return {
    /** Lists what entries of a content type can be sent to. @throws CoreError UNKNOWN_CONTENT_TYPE. */
    async targets(uid: string): Promise<SendTargets> {
      assertType(runtime(), uid);
      const { directory } = runtime();
      await directory.refreshIfChanged();
      const endpoints = directory.endpoints().filter(({ id }) => !directory.isLeaving(id));
      const topics = directory.topics();
      const isTold = (endpoint: EndpointSettings, by: Topics): boolean =>
        versionsFor(endpoint, topicsOf(by, endpoint.id), uid) !== null;
      return {
        topics: topics
          .filter((topic) => endpoints.some((endpoint) => isTold(endpoint, [topic])))
          .map(({ id, name }) => ({ id, name })),
        endpoints: endpoints
          .filter((endpoint) => isTold(endpoint, topics))
          .map(({ id, name }) => ({ id, name })),
      };
    },

    /** @throws CoreError NOT_FOUND; UNKNOWN_CONTENT_TYPE and INVALID_VALUE at the field. */
    async toEndpoint(id: number, given: unknown, may: AssertReadable): Promise<SendResult> {
      const input = await checked(given, may);
      const { directory } = runtime();
      const endpoint = directory.endpoint(id);
      if (endpoint === undefined || directory.isLeaving(id)) {
        throw new CoreError('NOT_FOUND', `there is no endpoint ${id}`);
      }
      const topics = topicsOf(directory.topics(), id);
      return send(input, { endpoints: [endpoint], topics, name: endpoint.name });
    },

    /** @throws CoreError NOT_FOUND; UNKNOWN_CONTENT_TYPE and INVALID_VALUE at the field. */
    async toTopic(id: number, given: unknown, may: AssertReadable): Promise<SendResult> {
      const input = await checked(given, may);
      const { directory } = runtime();
      const topic = directory.topics().find((one) => one.id === id);
      if (topic === undefined) throw new CoreError('NOT_FOUND', `there is no topic ${id}`);
      const endpoints = topic.endpointIds.flatMap((one) => directory.endpoint(one) ?? []);
      return send(input, { endpoints, topics: [topic], name: topic.name });
    },
  };
};

const topicsOf = (topics: Topics, endpointId: number): Topics =>
  topics.filter(({ endpointIds }) => endpointIds.includes(endpointId));

function assertType({ schema }: Runtime, uid: string): void {
  if (schema.contentTypes().includes(uid)) return;
  throw new CoreError('UNKNOWN_CONTENT_TYPE', `"${uid}" is not a content type of this app`, 'uid');
}
