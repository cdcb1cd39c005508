import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  EntryKnowledge,
  EntryQuery,
  JobView,
  LedgerView,
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
  useDismissReconcileOffersMutation,
  useGetWebhookKnowledgeQuery,
} = ledgerApi;
