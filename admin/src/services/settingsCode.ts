import { apiUrl, TAGS, webhooksApi } from './api';

import type { SettingsCode } from '../../../server/src/panel/contract';

/** An item that the settings file can describe. */
export interface Described {
  section: 'topics' | 'endpoints' | 'schedules';
  id: string | number;
}

const settingsCodeApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    getWebhookSettingsCode: builder.query<SettingsCode, Described>({
      query: ({ section, id }) => apiUrl(`/${section}/${encodeURIComponent(id)}/code`),
      providesTags: [TAGS.topic, TAGS.endpoint, TAGS.schedule],
    }),
  }),
});

export const { useGetWebhookSettingsCodeQuery } = settingsCodeApi;
