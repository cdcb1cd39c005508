/** The plugin's part of `adminApi`. Its tags and endpoint names must not collide with Strapi's. */
import { adminApi } from '@strapi/strapi/admin';

import { PLUGIN_ID } from '../pluginId';

export const TAGS = {
  overview: 'GuaranteedWebhooks/Overview',
  topic: 'GuaranteedWebhooks/Topic',
  endpoint: 'GuaranteedWebhooks/Endpoint',
  message: 'GuaranteedWebhooks/Message',
  job: 'GuaranteedWebhooks/Job',
  schedule: 'GuaranteedWebhooks/Schedule',
  queue: 'GuaranteedWebhooks/Queue',
  flowKey: 'GuaranteedWebhooks/FlowKey',
  alerts: 'GuaranteedWebhooks/Alerts',
  signingKeys: 'GuaranteedWebhooks/SigningKeys',
} as const;

export const webhooksApi = adminApi.enhanceEndpoints({ addTagTypes: Object.values(TAGS) });

type QueryValue = string | number | boolean | readonly (string | number)[] | null | undefined;

/**
 * URL of the plugin's admin API. Encodes the query itself, because the panel's fetch client does not
 * encode `params`: a search for `a&b` would arrive as `a`.
 */
export const apiUrl = (path: string, query: Record<string, QueryValue> = {}): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? (value as (string | number)[]) : [value];
    for (const one of values) {
      if (one !== null && one !== undefined && one !== '') params.append(name, String(one));
    }
  }
  const search = params.toString();
  return `/${PLUGIN_ID}${path}${search === '' ? '' : `?${search}`}`;
};
