import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  EntryDelivery,
  EntryQuery,
  EnvironmentView,
  Statistics,
  StatisticsRange,
} from '../../../server/src/panel/contract';

/** All tags. */
const ALL = Object.values(TAGS);

const statisticsApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    getWebhooksStatistics: builder.query<
      Statistics,
      { range: StatisticsRange; endpointId?: number }
    >({
      query: (of) => apiUrl('/statistics', of),
      providesTags: [TAGS.overview],
    }),
    listWebhookDeliveries: builder.query<EntryDelivery[], EntryQuery>({
      query: (entry) => apiUrl('/deliveries', { ...entry }),
      providesTags: [TAGS.message],
    }),
    resolveWebhooksEnvironment: builder.mutation<
      EnvironmentView & { canceled?: number },
      'adopt' | 'discard-pending'
    >({
      query: (action) => ({ url: apiUrl(`/environment/${action}`), method: 'POST' }),
      invalidatesTags: ALL,
    }),
  }),
});

export const {
  useGetWebhooksStatisticsQuery,
  useListWebhookDeliveriesQuery,
  useResolveWebhooksEnvironmentMutation,
} = statisticsApi;
