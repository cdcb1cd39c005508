import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  DifferenceQuery,
  DifferenceView,
  EntryKnowledge,
  EntryQuery,
  JobView,
  LedgerView,
  Page,
  ReconcileInput,
  ReconcileOffer,
} from '../../../server/src/panel/contract';

const ledgerApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    getWebhookLedger: builder.query<LedgerView, number>({
      query: (endpointId) => apiUrl(`/endpoints/${endpointId}/ledger`),
      providesTags: [TAGS.job, TAGS.message],
    }),
    reconcileWebhookEndpoint: builder.mutation<
      { job: JobView },
      ReconcileInput & { endpointId: number }
    >({
      query: ({ endpointId, ...data }) => ({
        url: apiUrl(`/endpoints/${endpointId}/reconcile`),
        method: 'POST',
        data,
      }),
      invalidatesTags: [TAGS.job],
    }),
    forgetWebhookLedger: builder.mutation<
      { forgotten: number },
      { endpointId: number; since: number }
    >({
      query: ({ endpointId, since }) => ({
        url: apiUrl(`/endpoints/${endpointId}/ledger/forget`),
        method: 'POST',
        data: { since },
      }),
      invalidatesTags: [TAGS.job, TAGS.message],
    }),
    listWebhookDifferences: builder.query<
      Page<DifferenceView>,
      DifferenceQuery & { endpointId: number; jobId: number; pageSize: number }
    >({
      // The job makes each comparison have its own list.
      query: ({ endpointId, kind, contentType, cursor, pageSize }) =>
        apiUrl(`/endpoints/${endpointId}/differences`, { kind, contentType, cursor, pageSize }),
    }),
    listReconcileOffers: builder.query<ReconcileOffer[], void>({
      query: () => apiUrl('/reconcile-offers'),
      providesTags: [TAGS.job],
    }),
    dismissReconcileOffers: builder.mutation<unknown, { endpointIds: number[] }>({
      query: (data) => ({ url: apiUrl('/reconcile-offers/dismiss'), method: 'POST', data }),
      invalidatesTags: [TAGS.job],
    }),
    getWebhookKnowledge: builder.query<EntryKnowledge[], EntryQuery>({
      query: (entry) => apiUrl('/knowledge', { ...entry }),
      providesTags: [TAGS.message],
    }),
  }),
});

export const {
  useGetWebhookLedgerQuery,
  useReconcileWebhookEndpointMutation,
  useForgetWebhookLedgerMutation,
  useListReconcileOffersQuery,
  useListWebhookDifferencesQuery,
  useDismissReconcileOffersMutation,
  useGetWebhookKnowledgeQuery,
} = ledgerApi;
