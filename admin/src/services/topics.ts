import { apiUrl, TAGS, webhooksApi } from './api';

import type { TopicInput, TopicView } from '../../../server/src/panel/contract';

interface PublishInput {
  id: number;
  payload: unknown;
  event?: string;
}

const topicsApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listWebhookTopics: builder.query<TopicView[], void>({
      query: () => apiUrl('/topics'),
      providesTags: [TAGS.topic],
    }),
    getWebhookTopic: builder.query<TopicView, number>({
      query: (id) => apiUrl(`/topics/${id}`),
      providesTags: [TAGS.topic],
    }),
    createWebhookTopic: builder.mutation<TopicView, TopicInput>({
      query: (data) => ({ url: apiUrl('/topics'), method: 'POST', data }),
      invalidatesTags: [TAGS.topic, TAGS.endpoint],
    }),
    updateWebhookTopic: builder.mutation<
      TopicView,
      { id: number; input: TopicInput & { version: number } }
    >({
      query: ({ id, input }) => ({ url: apiUrl(`/topics/${id}`), method: 'PUT', data: input }),
      invalidatesTags: [TAGS.topic, TAGS.endpoint],
    }),
    deleteWebhookTopic: builder.mutation<unknown, number>({
      query: (id) => ({ url: apiUrl(`/topics/${id}`), method: 'DELETE' }),
      invalidatesTags: [TAGS.topic, TAGS.endpoint],
    }),
    publishToWebhookTopic: builder.mutation<{ messageIds: string[] }, PublishInput>({
      query: ({ id, ...data }) => ({ url: apiUrl(`/topics/${id}/publish`), method: 'POST', data }),
      invalidatesTags: [TAGS.message, TAGS.overview],
    }),
  }),
});

export const {
  useListWebhookTopicsQuery,
  useGetWebhookTopicQuery,
  useCreateWebhookTopicMutation,
  useUpdateWebhookTopicMutation,
  useDeleteWebhookTopicMutation,
  usePublishToWebhookTopicMutation,
} = topicsApi;
