/** Queues, flow control and signing keys. */
import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  FlowControlList,
  FlowKeyView,
  PinInput,
  QueueInput,
  QueueView,
  SigningKeysView,
} from '../../../server/src/panel/contract';

export interface FlowKeysQuery {
  search?: string;
  cursor?: string;
  pageSize: number;
}

export type FlowKeyAction = 'pause' | 'resume' | 'unpin' | 'reset-rate';

const queuePath = (name: string) => `/queues/${encodeURIComponent(name)}`;

const limitsApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listWebhookQueues: builder.query<QueueView[], void>({
      query: () => apiUrl('/queues'),
      providesTags: [TAGS.queue],
    }),
    createWebhookQueue: builder.mutation<QueueView, QueueInput>({
      query: (data) => ({ url: apiUrl('/queues'), method: 'POST', data }),
      invalidatesTags: [TAGS.queue],
    }),
    updateWebhookQueue: builder.mutation<QueueView, QueueInput>({
      query: ({ name, parallelism }) => ({
        url: apiUrl(queuePath(name)),
        method: 'PUT',
        data: { parallelism },
      }),
      invalidatesTags: [TAGS.queue],
    }),
    deleteWebhookQueue: builder.mutation<unknown, string>({
      query: (name) => ({ url: apiUrl(queuePath(name)), method: 'DELETE' }),
      invalidatesTags: [TAGS.queue],
    }),
    actOnWebhookQueue: builder.mutation<QueueView, { name: string; action: 'pause' | 'resume' }>({
      query: ({ name, action }) => ({
        url: apiUrl(`${queuePath(name)}/${action}`),
        method: 'POST',
      }),
      invalidatesTags: [TAGS.queue, TAGS.message, TAGS.overview],
    }),

    listWebhookFlowKeys: builder.query<FlowControlList, FlowKeysQuery>({
      query: (query) => apiUrl('/flow-control', { ...query }),
      providesTags: [TAGS.flowKey],
    }),
    actOnWebhookFlowKey: builder.mutation<FlowKeyView, { key: string; action: FlowKeyAction }>({
      query: ({ key, action }) => ({
        url: apiUrl(`/flow-control/${action}`),
        method: 'POST',
        data: { key },
      }),
      invalidatesTags: [TAGS.flowKey, TAGS.message, TAGS.overview],
    }),
    pinWebhookFlowKey: builder.mutation<FlowKeyView, PinInput>({
      query: (data) => ({ url: apiUrl('/flow-control/pin'), method: 'POST', data }),
      invalidatesTags: [TAGS.flowKey],
    }),

    getWebhookSigningKeys: builder.query<SigningKeysView, void>({
      query: () => apiUrl('/signing-keys'),
      providesTags: [TAGS.signingKeys],
    }),
    /** A mutation, so that revealed keys are not cached. */
    revealWebhookSigningKeys: builder.mutation<SigningKeysView, void>({
      query: () => ({ url: apiUrl('/signing-keys/reveal'), method: 'GET' }),
    }),
    rotateWebhookSigningKeys: builder.mutation<SigningKeysView, void>({
      query: () => ({ url: apiUrl('/signing-keys/rotate'), method: 'POST' }),
      invalidatesTags: [TAGS.signingKeys],
    }),
    rotateWebhookUrlSecret: builder.mutation<SigningKeysView, { force?: boolean }>({
      query: (data) => ({
        url: apiUrl('/signing-keys/rotate-url-secret'),
        method: 'POST',
        data,
      }),
      invalidatesTags: [TAGS.signingKeys],
    }),
  }),
});

export const {
  useListWebhookQueuesQuery,
  useCreateWebhookQueueMutation,
  useUpdateWebhookQueueMutation,
  useDeleteWebhookQueueMutation,
  useActOnWebhookQueueMutation,
  useListWebhookFlowKeysQuery,
  useActOnWebhookFlowKeyMutation,
  usePinWebhookFlowKeyMutation,
  useGetWebhookSigningKeysQuery,
  useRevealWebhookSigningKeysMutation,
  useRotateWebhookSigningKeysMutation,
  useRotateWebhookUrlSecretMutation,
} = limitsApi;
