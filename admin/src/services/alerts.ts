import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  AlertSettings,
  AlertSettingsView,
  AlertTest,
} from '../../../server/src/panel/contract';

const alertsApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    getWebhookAlerts: builder.query<AlertSettingsView, void>({
      query: () => apiUrl('/alerts'),
      providesTags: [TAGS.alerts],
    }),
    updateWebhookAlerts: builder.mutation<AlertSettingsView, AlertSettings & { version: number }>({
      query: (data) => ({ url: apiUrl('/alerts'), method: 'PUT', data }),
      invalidatesTags: [TAGS.alerts],
    }),
    testWebhookAlerts: builder.mutation<AlertTest, void>({
      query: () => ({ url: apiUrl('/alerts/test'), method: 'POST' }),
      invalidatesTags: [TAGS.message],
    }),
  }),
});

export const {
  useGetWebhookAlertsQuery,
  useUpdateWebhookAlertsMutation,
  useTestWebhookAlertsMutation,
} = alertsApi;
