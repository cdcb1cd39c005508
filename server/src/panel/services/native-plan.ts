/**
 * Plans the import of one of Strapi's own webhooks: the topic and the endpoint that do the same, and
 * what of the webhook is left out. Nothing is written here: a preview and an import read the same plan.
 */
import type { EndpointInput, NativeWebhookView } from '../contract';
import { CoreError } from '../../core/errors';
import { MAX_ENDPOINT_NAME_LENGTH } from '../../core/message/names';
import { validateHeaders } from '../../core/safety/headers';
import { looksSecret, redactUrl } from '../../core/safety/redact';
import { parseTarget, type UrlPolicy } from '../../core/safety/url-safety';
import { parseInput } from '../../api/input';
import { endpointInput } from '../../api/schemas';
import { shownHeaders, type StoredHeader } from '../../api/header-input';
import { slugOf, unused } from './free-names';

/** As Strapi's webhook store returns it. Strapi checks neither names nor the values of headers. */
export interface NativeWebhook {
  id: number | string;
  name: string | null;
  url: string;
  headers: unknown;
  events: unknown;
  isEnabled: boolean;
}

type Header = StoredHeader & { from: 'webhook' | 'config' };
type Problem = NativeWebhookView['problems'][number];

export interface NativePlan {
  endpointName: string;
  /** Without credentials: those are sent in a header. */
  url: string;
  topicName: string;
  events: string[];
  headers: Header[];
  state: 'active' | 'paused';
}

export interface Planned {
  webhook: NativeWebhook;
  plan: NativePlan | null;
  problems: Problem[];
}

export interface Surroundings {
  urlPolicy: UrlPolicy;
  /** Of Strapi's config: sent with every webhook. */
  defaultHeaders: Record<string, string>;
  /** @throws CoreError for an event that cannot happen in this app. */
  assertEvent: (name: string) => void;
  /** `nameKey`s of the names in use; those of the plans are added. */
  endpointNames: Set<string>;
  topicNames: Set<string>;
}

/** Strapi writes these into each request itself, over whatever a webhook says; and so do we. */
const WRITTEN_ANYWAY = new Set(['content-type', 'x-strapi-event']);
const MAX_TOPIC_NAME = 80;
const CHANGE_URL = 'The URL can be changed in Settings > Webhooks';
const LEFT_OUT = 'It is left out';
/** Anything else is written as the URL standard reads it, which is what Strapi calls. */
const PLAIN_URL = /^https?:\/\/[^\u0000-\u0020\u007f\\@]+$/i;

export function planOf(webhook: NativeWebhook, around: Surroundings): Planned {
  const problems: Problem[] = [];
  const passes = (what: string, check: () => void, advice?: string): boolean => {
    try {
      check();
      return true;
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      problems.push({ what, reason: sentences(error.message, advice) });
      return false;
    }
  };

  const { url, authorization } = targetOf(webhook.url);
  const mayBeCalled = passes(
    redactUrl(url),
    () => parseTarget(url, around.urlPolicy, 'url'),
    CHANGE_URL
  );
  const events = eventsOf(webhook).filter((name) => passes(name, () => around.assertEvent(name)));
  const headers = headersOf(webhook, around.defaultHeaders, problems).filter(({ name, value }) =>
    passes(name, () => validateHeaders({ [name]: value }, 'headers'), LEFT_OUT)
  );
  if (events.length === 0) {
    problems.push({
      what: webhookName(webhook),
      reason: 'it has no event that can be imported. Choose its events in Settings > Webhooks',
    });
  }
  if (!mayBeCalled || events.length === 0) return { webhook, plan: null, problems };

  const plan: NativePlan = {
    endpointName: unused(webhookName(webhook), ' ', MAX_ENDPOINT_NAME_LENGTH, around.endpointNames),
    url,
    topicName: unused(`strapi-${topicSlugOf(webhook)}`, '-', MAX_TOPIC_NAME, around.topicNames),
    events,
    headers: withCredentials(headers, authorization, { what: redactUrl(webhook.url), problems }),
    state: webhook.isEnabled ? 'active' : 'paused',
  };
  const fits = passes(webhookName(webhook), () => {
    const { headers: all } = parseInput(endpointInput, endpointOf(plan, []));
    validateHeaders(
      Object.fromEntries((all ?? []).map(({ name, value }) => [name, value ?? ''])),
      'headers'
    );
  });
  return { webhook, plan: fits ? plan : null, problems };
}

export const endpointOf = (plan: NativePlan, topicIds: number[]): EndpointInput => ({
  name: plan.endpointName,
  url: plan.url,
  topicIds,
  headers: plan.headers.map(({ name, value, secret }) => ({ name, value, secret })),
});

/** The plan without secrets. */
export const shownPlan = (plan: NativePlan): NonNullable<NativeWebhookView['plan']> => ({
  ...plan,
  url: redactUrl(plan.url),
  headers: shownHeaders(plan.headers),
});

/** Of one line, never blank. */
export const webhookName = ({ id, name }: Pick<NativeWebhook, 'id' | 'name'>): string =>
  (name ?? '').replace(/\s+/g, ' ').trim() || `webhook ${id}`;

export const eventsOf = ({ events }: Pick<NativeWebhook, 'events'>): string[] =>
  Array.isArray(events) ? [...new Set(events.filter((name) => typeof name === 'string'))] : [];

/** Separates the URL that is called from the credentials in it. */
export function targetOf(raw: string): { url: string; authorization: string | null } {
  if (PLAIN_URL.test(raw) || !URL.canParse(raw)) return { url: raw, authorization: null };
  const target = new URL(raw);
  const { username, password } = target;
  target.username = '';
  target.password = '';
  const hasCredentials = username !== '' || password !== '';
  return { url: target.href, authorization: hasCredentials ? basic(username, password) : null };
}

/** RFC 7617, in UTF-8. */
const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`, 'utf8').toString('base64')}`;

/** A `%` that encodes nothing stands for itself. */
const decoded = (text: string): string =>
  text.replace(/(%[\da-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8')
  );

/** The webhook's own win over the config's, as they do when Strapi sends it. */
function headersOf(
  { headers }: NativeWebhook,
  defaultHeaders: Record<string, string>,
  problems: Problem[]
): Header[] {
  const byName = new Map<string, Header>();
  if (!isRecord(headers) && headers !== null && headers !== undefined) {
    problems.push({
      what: 'headers',
      reason: sentences('they are not a list of names and values', LEFT_OUT),
    });
  }
  const layers = [
    ['config', defaultHeaders],
    ['webhook', isRecord(headers) ? headers : {}],
  ] as const;
  for (const [from, layer] of layers) {
    for (const [name, value] of Object.entries(layer)) {
      const key = name.toLowerCase();
      if (WRITTEN_ANYWAY.has(key)) continue;
      const problem = problemOf(name, value);
      if (problem === null) {
        byName.set(key, { name, value: String(value), secret: looksSecret(key), from });
      } else {
        problems.push({ what: name.trim() || 'headers', reason: sentences(problem, LEFT_OUT) });
      }
    }
  }
  return [...byName.values()];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function problemOf(name: string, value: unknown): string | null {
  if (name.trim() === '') return 'a header has no name';
  if (value === null || value === undefined) return `header "${name}" has no value`;
  return typeof value === 'object' ? `header "${name}" has a value that is not a text` : null;
}

/** A header of the webhook itself wins over the credentials in its URL. */
function withCredentials(
  headers: Header[],
  authorization: string | null,
  { what, problems }: { what: string; problems: Problem[] }
): Header[] {
  if (authorization === null) return headers;
  const isAuthorization = ({ name }: Header) => name.toLowerCase() === 'authorization';
  if (headers.some((header) => isAuthorization(header) && header.from === 'webhook')) {
    const reason =
      'the webhook has an Authorization header, which is sent instead of the credentials in the URL';
    problems.push({ what, reason });
    return headers;
  }
  return [
    ...headers.filter((header) => !isAuthorization(header)),
    { name: 'Authorization', value: authorization, secret: true, from: 'webhook' },
  ];
}

const topicSlugOf = ({ id, name }: NativeWebhook): string => slugOf(name ?? '') || `webhook-${id}`;

const sentences = (...said: (string | undefined)[]): string =>
  said.filter((one) => one !== undefined).join('. ');
