import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  ActorRef,
  EndpointCounts,
  EndpointHealthView,
  EndpointInput,
  EndpointSecret,
  EndpointView,
  FormatList,
  HeldDocument,
  WaitingBatch,
  ResumeInput,
  ResumeResult,
  RetryPolicy,
  RetryPreview,
  RotateInput,
  SaveWarnings,
  SetupInput,
  ShapeInput,
  ShapePreview,
  SignatureCheck,
  SignatureCheckInput,
  TestSendResult,
} from '../../../server/src/panel/contract';

export type EndpointDetail = EndpointView & { counts: EndpointCounts };

const endpointsApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listWebhookEndpoints: builder.query<EndpointView[], void>({
      query: () => apiUrl('/endpoints'),
      providesTags: [TAGS.endpoint],
    }),
    listWebhookEndpointHealth: builder.query<EndpointHealthView[], void>({
      query: () => apiUrl('/endpoints/health'),
      providesTags: [TAGS.endpoint, TAGS.message],
    }),
    getWebhookEndpoint: builder.query<EndpointDetail, number>({
      query: (id) => apiUrl(`/endpoints/${id}`),
      providesTags: [TAGS.endpoint],
    }),
    createWebhookEndpoint: builder.mutation<
      EndpointView & EndpointSecret & SaveWarnings,
      EndpointInput
    >({
      query: (data) => ({ url: apiUrl('/endpoints'), method: 'POST', data }),
      invalidatesTags: [TAGS.endpoint, TAGS.topic],
    }),
    setUpWebhookEndpoint: builder.mutation<
      EndpointView & EndpointSecret & SaveWarnings,
      SetupInput
    >({
      query: (data) => ({ url: apiUrl('/endpoints/setup'), method: 'POST', data }),
      invalidatesTags: [TAGS.endpoint, TAGS.topic, TAGS.overview],
    }),
    updateWebhookEndpoint: builder.mutation<
      EndpointView & SaveWarnings,
      { id: number; input: EndpointInput & { version: number } }
    >({
      query: ({ id, input }) => ({ url: apiUrl(`/endpoints/${id}`), method: 'PUT', data: input }),
      invalidatesTags: [TAGS.endpoint, TAGS.topic],
    }),
    deleteWebhookEndpoint: builder.mutation<unknown, { id: number; cancelPending: boolean }>({
      query: ({ id, cancelPending }) => ({
        url: apiUrl(`/endpoints/${id}`, cancelPending ? { cancelPending } : {}),
        method: 'DELETE',
      }),
      invalidatesTags: [TAGS.endpoint, TAGS.topic, TAGS.message, TAGS.overview],
    }),
    pauseWebhookEndpoint: builder.mutation<EndpointView, { id: number; reason?: string }>({
      query: ({ id, ...data }) => ({ url: apiUrl(`/endpoints/${id}/pause`), method: 'POST', data }),
      invalidatesTags: [TAGS.endpoint, TAGS.topic, TAGS.message, TAGS.overview],
    }),
    resumeWebhookEndpoint: builder.mutation<
      EndpointView & ResumeResult,
      { id: number } & ResumeInput
    >({
      query: ({ id, ...data }) => ({
        url: apiUrl(`/endpoints/${id}/resume`),
        method: 'POST',
        data,
      }),
      invalidatesTags: [TAGS.endpoint, TAGS.topic, TAGS.message, TAGS.overview, TAGS.job],
    }),
    rotateWebhookSecret: builder.mutation<
      EndpointView & EndpointSecret,
      { id: number } & RotateInput
    >({
      query: ({ id, ...data }) => ({
        url: apiUrl(`/endpoints/${id}/rotate-secret`),
        method: 'POST',
        data,
      }),
      invalidatesTags: [TAGS.endpoint],
    }),
    acknowledgeWebhookSchema: builder.mutation<EndpointView, number>({
      query: (id) => ({ url: apiUrl(`/endpoints/${id}/acknowledge-schema`), method: 'POST' }),
      invalidatesTags: [TAGS.endpoint, TAGS.overview],
    }),
    testWebhookEndpoint: builder.mutation<TestSendResult, number>({
      query: (id) => ({ url: apiUrl(`/endpoints/${id}/test`), method: 'POST' }),
      invalidatesTags: [TAGS.message, TAGS.endpoint, TAGS.overview],
    }),
    listWebhookActors: builder.query<ActorRef[], void>({
      query: () => apiUrl('/endpoints/actors'),
    }),
    getWaitingBatch: builder.query<WaitingBatch, number>({
      query: (id) => apiUrl(`/endpoints/${id}/batch`),
      providesTags: [TAGS.endpoint, TAGS.message],
    }),
    sendWaitingBatch: builder.mutation<WaitingBatch, number>({
      query: (id) => ({ url: apiUrl(`/endpoints/${id}/batch/send`), method: 'POST' }),
      invalidatesTags: [TAGS.endpoint, TAGS.message, TAGS.overview],
    }),
    listHeldDocuments: builder.query<HeldDocument[], number>({
      query: (id) => apiUrl(`/endpoints/${id}/held-documents`),
      providesTags: [TAGS.endpoint, TAGS.message],
    }),
    releaseHeldDocument: builder.mutation<
      HeldDocument[],
      { endpointId: number; documentId: string }
    >({
      query: ({ endpointId, documentId }) => ({
        url: apiUrl(`/endpoints/${endpointId}/held-documents/release`),
        method: 'POST',
        data: { documentId },
      }),
      invalidatesTags: [TAGS.endpoint, TAGS.message, TAGS.overview],
    }),
    listWebhookFormats: builder.query<FormatList, void>({
      query: () => apiUrl('/endpoints/formats'),
    }),
    previewWebhookShape: builder.query<ShapePreview, ShapeInput>({
      query: (shape) => ({
        url: apiUrl('/endpoints/shape-preview'),
        method: 'POST',
        data: { shape },
      }),
    }),
    checkWebhookSignature: builder.mutation<SignatureCheck, { id: number } & SignatureCheckInput>({
      query: ({ id, ...data }) => ({
        url: apiUrl(`/endpoints/${id}/check-signature`),
        method: 'POST',
        data,
      }),
    }),
    previewWebhookRetries: builder.query<RetryPreview, RetryPolicy>({
      query: (retryPolicy) => ({
        url: apiUrl('/endpoints/retry-preview'),
        method: 'POST',
        data: { retryPolicy },
      }),
    }),
  }),
});

export const {
  useListWebhookEndpointsQuery,
  useListWebhookEndpointHealthQuery,
  useGetWebhookEndpointQuery,
  useCreateWebhookEndpointMutation,
  useSetUpWebhookEndpointMutation,
  useUpdateWebhookEndpointMutation,
  useDeleteWebhookEndpointMutation,
  usePauseWebhookEndpointMutation,
  useResumeWebhookEndpointMutation,
  useRotateWebhookSecretMutation,
  useAcknowledgeWebhookSchemaMutation,
  useTestWebhookEndpointMutation,
  useListWebhookActorsQuery,
  useGetWaitingBatchQuery,
  useSendWaitingBatchMutation,
  useListHeldDocumentsQuery,
  useReleaseHeldDocumentMutation,
  useCheckWebhookSignatureMutation,
  useListWebhookFormatsQuery,
  usePreviewWebhookShapeQuery,
  usePreviewWebhookRetriesQuery,
} = endpointsApi;
