/** Links inside the plugin. */
import { PLUGIN_ID } from '../pluginId';

import type { JobView, MessageListFilter } from '../../../server/src/panel/contract';

/** Root of the plugin's pages. */
export const ROOT = `/plugins/${PLUGIN_ID}`;

const NOT_SENDING: readonly JobView['kind'][] = ['cancel', 'delete'];

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

/** The page of a message, or the list of several; undefined: there is none. */
export const pathOfMessages = (
  messageIds: readonly string[],
  several: MessageListFilter
): string | undefined => {
  const [only, ...others] = messageIds;
  if (only === undefined) return undefined;
  return others.length === 0 ? messagePath(only) : messagesPath(several);
};

/** The messages that a job sends; undefined for a job that sends none. */
export const pathOfJob = (started: { job: JobView } | object): string | undefined =>
  'job' in started && !NOT_SENDING.includes(started.job.kind)
    ? messagesPath({ jobId: started.job.id })
    : undefined;

export const endpointPath = (id: number | 'new'): string => `${ROOT}/endpoints/${id}`;

export const schedulePath = (scheduleId: string): string =>
  `${ROOT}/schedules/${encodeURIComponent(scheduleId)}`;

export const importPath = `${ROOT}/endpoints/import`;

export const topicPath = (id: number | 'new'): string => `${ROOT}/topics/${id}`;

/** The events that one endpoint is sent. */
export const eventCatalogPath = (endpointId: number): string =>
  `${ROOT}/event-catalog?endpoint=${endpointId}`;
