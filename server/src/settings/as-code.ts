/**
 * Writes a stored topic, endpoint or schedule as its part of the settings file.
 *
 * URLs differ between environments and may contain a credential; they and all secrets come from the
 * environment. Fields that have their default are left out.
 */
import type { Core } from '@strapi/strapi';
import omit from 'lodash/omit';
import pick from 'lodash/pick';

import { isSame } from '../api/differences';
import { endpointView } from '../api/endpoint-input';
import { ENDPOINT_DEFAULTS } from '../api/new-endpoint';
import type { ScheduledPublishView } from '../api/schedule-input';
import { readPublish } from '../api/schedules';
import type { CallbackInput, EndpointView } from '../api/types';
import { CoreError } from '../core/errors';
import { isHandlerUrl } from '../core/message/callback-target';
import { isPulled } from '../core/message/pull';
import type { CallbackSpec, StoredBody } from '../core/message/message';
import { SETTINGS_FILE } from '../core/routing/managed';
import { looksSecret } from '../core/safety/redact';
import { UnreadableSecretError } from '../host/secrets';
import { runtimeOf } from '../runtime/runtime';
import type { ScheduleRecord } from '../store/gates/gate-types';
import type { HeaderInput } from '../store/views';
import { codeText, EnvValue, Expression } from './code-text';

export interface SettingsCode {
  file: string;
  code: string;
}

type Section = 'topics' | 'endpoints' | 'schedules';

const fileWith = (section: Section, name: string, item: object): SettingsCode => ({
  file: SETTINGS_FILE,
  code:
    `// ${SETTINGS_FILE}\n` +
    `export default ({ env }) => (${codeText({ [section]: { [name]: item } })});\n`,
});

/** Names variables of an item: `WEBHOOK_SEARCH_SECRET`. */
const envOf =
  (name: string) =>
  (...parts: string[]): EnvValue => {
    const words = ['webhook', name, ...parts].join('_').replace(/[^A-Za-z0-9]+/g, '_');
    return new EnvValue(words.toUpperCase());
  };
type Env = ReturnType<typeof envOf>;

const urlOf = (url: string, env: Env, ...parts: string[]): unknown =>
  isHandlerUrl(url) || isPulled({ url }) ? url : env(...parts, 'url');

const isSecret = ({ name, secret }: HeaderInput): boolean => secret || looksSecret(name);

const headersOf = (headers: readonly HeaderInput[], env: Env, ...parts: string[]): unknown =>
  headers.length === 0
    ? undefined
    : headers.map((header) =>
        isSecret(header) ? { ...header, value: env(...parts, header.name) } : header
      );

function callbackOf(
  callback: CallbackInput | undefined,
  env: Env,
  ...parts: string[]
): object | undefined {
  if (callback === undefined) return undefined;
  return {
    ...callback,
    url: urlOf(callback.url, env, ...parts),
    headers: headersOf(callback.headers ?? [], env, ...parts),
    failure: callbackOf(callback.failure ?? undefined, env, ...parts, 'failure'),
  };
}

function endpointItem(view: EndpointView): object {
  const env = envOf(view.name);
  const { success, failure } = view.callbacks;
  const fields = Object.keys(ENDPOINT_DEFAULTS) as (keyof typeof ENDPOINT_DEFAULTS)[];
  const differing = fields.filter((name) => !isSame(ENDPOINT_DEFAULTS[name], view[name]));
  return {
    url: urlOf(view.url, env),
    topics: view.topics.map(({ name }) => name),
    secret: env('secret'),
    ...pick(view, differing),
    headers: headersOf(view.headers, env),
    ...(view.ignoredActors.length > 0 && {
      ignoredActors: view.ignoredActors.map(({ kind, id }) => ({ kind, id })),
    }),
    callbacks:
      success || failure
        ? {
            success: callbackOf(success, env, 'success'),
            failure: callbackOf(failure, env, 'failure'),
          }
        : undefined,
    tls: view.tls
      ? {
          ca: view.tls.ca ?? undefined,
          certificate: view.tls.certificate ?? undefined,
          privateKey: view.tls.hasPrivateKey ? env('private', 'key') : undefined,
        }
      : undefined,
  };
}

const PUBLISHED = [
  'topic',
  'event',
  'method',
  'contentType',
  'delayMs',
  'deduplicationId',
  'contentBasedDeduplication',
  'retryPolicy',
  'timeoutMs',
  'labels',
  'signatures',
  'queue',
  'flowControl',
  'redact',
] as const;

/** Headers of a message are an object. */
function plainHeaders(
  headers: Record<string, string> | undefined,
  isHidden: (name: string) => boolean,
  env: (name: string) => EnvValue
): object | undefined {
  if (headers === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isHidden(name) || looksSecret(name) ? env(name) : value,
    ])
  );
}

function specOf(spec: CallbackSpec | undefined, env: Env, ...parts: string[]): object | undefined {
  if (spec === undefined) return undefined;
  const { secretHeaders = [] } = spec;
  return {
    ...omit(spec, 'secretHeaders'),
    url: urlOf(spec.url, env, ...parts),
    headers: plainHeaders(
      spec.headers,
      (name) => secretHeaders.includes(name),
      (name) => env(...parts, name)
    ),
    failure: specOf(spec.failure, env, ...parts, 'failure'),
  };
}

/** JSON as a value, if that is sent as the very same bytes. */
function payloadOf({ text, encoding }: StoredBody): unknown {
  if (encoding !== 'utf8') return new Expression(`Buffer.from('${text}', 'base64')`);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && JSON.stringify(value) === text ? value : text;
  } catch {
    return text;
  }
}

interface Written {
  publish: ScheduledPublishView;
  endpoint: string | undefined;
  showsPayload: boolean;
}

function publishItem(env: Env, { publish, endpoint, showsPayload }: Written): object {
  const { url, headers, callbacks, redact, body } = publish;
  const redacted = redact?.headers ?? false;
  const isHidden = (name: string): boolean =>
    redacted === true || (Array.isArray(redacted) && redacted.includes(name));
  return {
    endpoint,
    url: url === undefined ? undefined : urlOf(url, env),
    ...pick(publish, PUBLISHED),
    headers: plainHeaders(headers, isHidden, (name) => env(name)),
    callbacks: callbacks && {
      success: specOf(callbacks.success, env, 'success'),
      failure: specOf(callbacks.failure, env, 'failure'),
    },
    payload: showsPayload && redact?.body !== true ? payloadOf(body) : env('payload'),
  };
}

export const createSettingsCodeService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  /** @throws CoreError CONFLICT when it cannot be decrypted. */
  function published(record: ScheduleRecord): ScheduledPublishView {
    try {
      return readPublish(record, runtime().crypt);
    } catch (error) {
      if (!(error instanceof UnreadableSecretError)) throw error;
      throw new CoreError('CONFLICT', error.message);
    }
  }

  return {
    /** @throws CoreError NOT_FOUND. */
    async topic(id: number): Promise<SettingsCode> {
      const found = (await store().listTopics()).find((topic) => topic.id === id);
      if (found === undefined) throw new CoreError('NOT_FOUND', `there is no topic ${id}`);
      const { name, description, enabled, events, contentTypes, filter } = found;
      return fileWith('topics', name, {
        description: description ?? undefined,
        enabled: enabled ? undefined : false,
        events,
        contentTypes,
        filter: filter ?? undefined,
      });
    },

    /** @throws CoreError NOT_FOUND; CONFLICT when its secrets cannot be decrypted. */
    async endpoint(id: number): Promise<SettingsCode> {
      const found = (await store().listEndpoints()).find((endpoint) => endpoint.id === id);
      if (found === undefined) throw new CoreError('NOT_FOUND', `there is no endpoint ${id}`);
      const topics = await store().listTopics();
      const view = endpointView(runtime(), found, { topics, withheld: new Map(), changed: [] });
      if (view.problem !== null) throw new CoreError('CONFLICT', view.problem);
      return fileWith('endpoints', view.name, endpointItem(view));
    },

    /**
     * @param showsPayload false: it comes from the environment, too.
     * @throws CoreError NOT_FOUND; CONFLICT when it cannot be decrypted.
     */
    async schedule(scheduleId: string, showsPayload: boolean): Promise<SettingsCode> {
      const found = await store().findSchedule(scheduleId);
      if (found === null) {
        throw new CoreError('NOT_FOUND', `there is no schedule "${scheduleId}"`);
      }
      const publish = published(found);
      const endpoints = await store().listEndpoints();
      const endpoint = endpoints.find(({ id }) => id === publish.endpointId)?.name;
      return fileWith('schedules', scheduleId, {
        cron: found.cron,
        timezone: found.timezone ?? undefined,
        publish: publishItem(envOf(scheduleId), { publish, endpoint, showsPayload }),
      });
    },
  };
};

export type SettingsCodeService = ReturnType<typeof createSettingsCodeService>;
