/**
 * One of Strapi's own webhooks → the topic and the endpoint that do the same, and what of it cannot
 * be done. Nothing is written here: a preview and an import read the same plan.
 */
import type { NativeWebhookView } from '../contract';
import { CoreError } from '../../core/errors';
import { validateHeaders } from '../../core/safety/headers';
import { looksSecret } from '../../core/safety/redact';
import { parseTarget, type UrlPolicy } from '../../core/safety/url-safety';
import type { StoredHeader } from '../../api/header-input';

/** As Strapi's webhook store returns it. */
export interface NativeWebhook {
  id: number | string;
  name: string;
  url: string;
  headers: Record<string, string> | null;
  events: string[];
  isEnabled: boolean;
}

type Header = StoredHeader & { from: 'webhook' | 'config' };
type Problem = NativeWebhookView['problems'][number];

export interface NativePlan {
  endpointName: string;
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
  /** Names in use; those of the plans are added. */
  endpointNames: Set<string>;
  topicNames: Set<string>;
}

/** Strapi writes these into each request itself, over whatever a webhook says; and so do we. */
const WRITTEN_ANYWAY = new Set(['content-type', 'x-strapi-event']);
const MAX_TOPIC_NAME = 80;
const MAX_ENDPOINT_NAME = 200;

export function planOf(webhook: NativeWebhook, around: Surroundings): Planned {
  const problems: Problem[] = [];
  const passes = (what: string, check: () => void): boolean => {
    try {
      check();
      return true;
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      problems.push({ what, reason: error.message });
      return false;
    }
  };

  const mayBeCalled = passes(webhook.url, () => parseTarget(webhook.url, around.urlPolicy, 'url'));
  const events = webhook.events.filter((name) => passes(name, () => around.assertEvent(name)));
  const headers = headersOf(webhook, around.defaultHeaders).filter(({ name, value }) =>
    passes(name, () => validateHeaders({ [name]: value }, 'headers'))
  );
  if (events.length === 0) {
    problems.push({ what: webhook.name, reason: 'it has no event that can be imported' });
  }
  if (!mayBeCalled || events.length === 0) return { webhook, plan: null, problems };

  const plan: NativePlan = {
    endpointName: unused(webhook.name.slice(0, MAX_ENDPOINT_NAME), ' ', around.endpointNames),
    topicName: unused(`strapi-${slugOf(webhook)}`, '-', around.topicNames),
    events,
    headers,
    state: webhook.isEnabled ? 'active' : 'paused',
  };
  return { webhook, plan, problems };
}

/** What people may see of it. */
export const shownPlan = (plan: NativePlan): NonNullable<NativeWebhookView['plan']> => ({
  ...plan,
  headers: plan.headers.map((header) => (header.secret ? { ...header, value: null } : header)),
});

/** The webhook's own win over the config's, as they do when Strapi sends it. */
function headersOf({ headers }: NativeWebhook, defaultHeaders: Record<string, string>): Header[] {
  const byName = new Map<string, Header>();
  const layers = [
    ['config', defaultHeaders],
    ['webhook', headers ?? {}],
  ] as const;
  for (const [from, layer] of layers) {
    for (const [name, value] of Object.entries(layer)) {
      const key = name.toLowerCase();
      if (WRITTEN_ANYWAY.has(key)) continue;
      byName.set(key, { name, value: String(value), secret: looksSecret(key), from });
    }
  }
  return [...byName.values()];
}

/** Letters, digits and hyphens: what a topic's name may have, and a URL carries unchanged. */
function slugOf({ id, name }: NativeWebhook): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MAX_TOPIC_NAME);
  return slug === '' ? `webhook-${id}` : slug;
}

function unused(wanted: string, separator: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${wanted}${separator}${n}`;
  taken.add(name.toLowerCase());
  return name;
}
