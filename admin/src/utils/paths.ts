/** Links inside the plugin. */
import { PLUGIN_ID } from '../pluginId';

import type { MessageListFilter } from '../../../server/src/panel/contract';

/** Root of the plugin's pages. */
export const ROOT = `/plugins/${PLUGIN_ID}`;

/** Writes a filter as the query of the messages page. */
export const filterQuery = (filter: MessageListFilter): URLSearchParams => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter) as [
    string,
    MessageListFilter[keyof MessageListFilter],
  ][]) {
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (one !== undefined && one !== '') params.append(name, String(one));
    }
  }
  return params;
};

export const messagesPath = (filter: MessageListFilter): string =>
  `${ROOT}/messages?${filterQuery(filter).toString()}`;

export const messagePath = (messageId: string): string =>
  `${ROOT}/messages/${encodeURIComponent(messageId)}`;

export const endpointPath = (id: number | 'new'): string => `${ROOT}/endpoints/${id}`;

export const schedulePath = (scheduleId: string): string =>
  `${ROOT}/schedules/${encodeURIComponent(scheduleId)}`;

export const importPath = `${ROOT}/endpoints/import`;

export const topicPath = (id: number | 'new'): string => `${ROOT}/topics/${id}`;

/** The events that one endpoint is sent. */
export const eventCatalogPath = (endpointId: number): string =>
  `${ROOT}/event-catalog?endpoint=${endpointId}`;
