/** Settings of topics, endpoints and the like, as the audit log compares them: in plain text, with what may be shown. */
import { PLAIN_SETTINGS } from '../../api/endpoint-changes';
import type { Settings } from '../../core/audit/changes';
import { MASKED } from '../../core/audit/changes';
import { readCallbacks, readHeaders } from '../../api/endpoint-input';
import { callbacksView } from '../../api/callback-options';
import type { StoredHeader } from '../../api/header-input';
import { readPublish } from '../../api/schedules';
import { tlsView } from '../../api/tls-input';
import { UnreadableSecretError, type Crypt } from '../../host/secrets';
import type { Runtime } from '../../runtime/runtime';
import type { AuditedItem } from '../../store/log/audit-types';
import type { EndpointRecord, TopicRecord } from '../../store/types';
import { readAlertSettings } from './alert-settings';
import { headersOf } from './schedules';

export interface AuditedState {
  name: string | null;
  settings: Settings;
}

const NOTHING: Settings = {};

/** @returns null when there is no such item. */
export async function stateOf(
  runtime: Runtime,
  item: AuditedItem,
  key: string
): Promise<AuditedState | null> {
  const { store } = runtime;
  switch (item) {
    case 'topic':
      return topicState(runtime, Number(key));
    case 'endpoint':
      return endpointState(runtime, Number(key));
    case 'schedule':
      return scheduleState(runtime, key);
    case 'queue': {
      const queue = await store.findQueue(key);
      return queue && { name: key, settings: plain(queue, ['parallelism', 'paused']) };
    }
    case 'flow-key':
      return flowKeyState(runtime, key);
    case 'message': {
      const [message] = await store.findMessages([key]);
      return message === undefined ? null : { name: message.event, settings: NOTHING };
    }
    case 'job': {
      const job = await store.findJob(Number(key));
      return job && { name: job.kind, settings: plain(job, ['state']) };
    }
    case 'alerts': {
      const settings = await readAlertSettings(runtime);
      return {
        name: null,
        settings: plain(settings, [
          'endpoints',
          'failedMessages',
          'backlogMs',
          'emails',
          'endpointIds',
        ]),
      };
    }
    case 'signing-keys':
    case 'environment':
      return null;
  }
}

/** The named values as they are. */
function plain<R extends object>(record: R, names: readonly (keyof R & string)[]): Settings {
  return Object.fromEntries(names.map((name) => [name, { value: record[name] }]));
}

async function topicState({ store }: Runtime, id: number): Promise<AuditedState | null> {
  const topic = (await store.listTopics()).find((one) => one.id === id);
  if (topic === undefined) return null;
  const endpoints = (await store.listEndpoints()).filter((one) =>
    topic.endpointIds.includes(one.id)
  );
  return {
    name: topic.name,
    settings: {
      ...plain(topic, ['name', 'description', 'enabled', 'events', 'contentTypes', 'filter']),
      endpoints: { value: endpoints.map(({ name }) => name) },
    },
  };
}

async function endpointState(runtime: Runtime, id: number): Promise<AuditedState | null> {
  const { store, crypt } = runtime;
  const endpoint = (await store.listEndpoints()).find((one) => one.id === id);
  if (endpoint === undefined) return null;
  return {
    name: endpoint.name,
    settings: {
      ...plain(endpoint, ['name', 'url', 'state', 'stateReason', ...PLAIN_SETTINGS, 'shape']),
      topics: { value: namesOf(endpoint, await store.listTopics()) },
      ...sealedSettings(crypt, endpoint),
    },
  };
}

const namesOf = ({ topicIds }: EndpointRecord, topics: readonly TopicRecord[]): string[] =>
  topics.filter(({ id }) => topicIds.includes(id)).map(({ name }) => name);

/** Settings that are stored encrypted. Compared in plain text, because each encryption differs. */
function sealedSettings(crypt: Crypt, endpoint: EndpointRecord): Settings {
  const { callbacks, tls, credentials, secret } = endpoint;
  return {
    ...headerSettings(readHeaders(crypt, endpoint).headers),
    callbacks: {
      value: opened(crypt, callbacks),
      shown: callbacksView(readCallbacks(crypt, endpoint)),
    },
    tls: { value: opened(crypt, tls), shown: tlsView(crypt, endpoint) },
    credentials: { value: opened(crypt, credentials), shown: MASKED },
    secret: { value: opened(crypt, secret), shown: MASKED },
  };
}

/** Null also when it cannot be decrypted. */
function opened(crypt: Crypt, text: string | null): string | null {
  try {
    return text === null ? null : crypt.decrypt(text);
  } catch (error) {
    if (!(error instanceof UnreadableSecretError)) throw error;
    return null;
  }
}

const headerSettings = (headers: readonly StoredHeader[]): Settings =>
  Object.fromEntries(
    headers.map(({ name, value, secret }) => [
      `headers.${name}`,
      secret ? { value, shown: MASKED } : { value },
    ])
  );

async function scheduleState(runtime: Runtime, scheduleId: string): Promise<AuditedState | null> {
  const record = await runtime.store.findSchedule(scheduleId);
  if (record === null) return null;
  const settings = plain(record, ['cron', 'timezone', 'paused']);
  return { name: scheduleId, settings: { ...settings, ...publishSettings(runtime, record) } };
}

/** The payload is content: that it changed is shown, and not to what. */
function publishSettings({ crypt }: Runtime, record: Parameters<typeof readPublish>[0]): Settings {
  const text = opened(crypt, record.publish);
  if (text === null) return NOTHING;
  const { body, headers, redact, callbacks, ...publish } = readPublish(record, crypt);
  return {
    ...Object.fromEntries(Object.entries(publish).map(([name, value]) => [name, { value }])),
    ...headerSettings(headersOf({ headers, redact })),
    callbacks: { value: callbacks, shown: MASKED },
    payload: { value: body, shown: MASKED },
  };
}

async function flowKeyState({ store, clock }: Runtime, key: string): Promise<AuditedState | null> {
  const found = await store.findFlowKey(key, clock.now());
  return (
    found && {
      name: key,
      settings: {
        parallelism: { value: found.parallelismMax || null },
        parallelismPinned: { value: found.pinnedParallelism },
        rate: { value: found.rateMax || null },
        ratePinned: { value: found.pinnedRate },
        periodMs: { value: found.periodMs },
        paused: { value: found.paused },
      },
    }
  );
}
