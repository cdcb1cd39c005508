import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  BulkInput,
  DeadLetterReason,
  DryRunResult,
  EventFilter,
  JobView,
  ListSort,
  LoggedEvent,
  MessageDetail,
  MessageListFilter,
  MessageView,
  Page,
  PreviousMessage,
} from '../../../server/src/panel/contract';

export interface MessagesQuery {
  filter: MessageListFilter;
  cursor?: string;
  pageSize: number;
  sort?: ListSort | undefined;
}

export type BulkAction = 'replay' | 'cancel' | 'delete';

/** Count of a dry run, number of changed messages of a selection, or the job of a filter. */
export type BulkResult = DryRunResult | { changed: number } | { job: JobView };

/** Tags that change with a message. */
const MOVED = [TAGS.message, TAGS.overview, TAGS.endpoint, TAGS.job] as const;

const messagesApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listWebhookMessages: builder.query<Page<MessageView>, MessagesQuery>({
      query: ({ filter, ...paging }) => apiUrl('/messages', { ...filter, ...paging }),
      providesTags: [TAGS.message],
    }),
    listWebhookEvents: builder.query<
      Page<LoggedEvent>,
      Omit<MessagesQuery, 'filter'> & { filter: EventFilter }
    >({
      query: ({ filter, ...paging }) => apiUrl('/events', { ...filter, ...paging }),
      providesTags: [TAGS.message],
    }),
    getWebhookMessage: builder.query<MessageDetail, string>({
      query: (messageId) => apiUrl(`/messages/${encodeURIComponent(messageId)}`),
      providesTags: [TAGS.message],
    }),
    getWebhookMessageBefore: builder.query<PreviousMessage, string>({
      query: (messageId) => apiUrl(`/messages/${encodeURIComponent(messageId)}/previous`),
      providesTags: [TAGS.message],
    }),
    actOnWebhookMessage: builder.mutation<
      unknown,
      { messageId: string; action: 'replay' | 'cancel' | 'send-now' }
    >({
      query: ({ messageId, action }) => ({
        url: apiUrl(`/messages/${encodeURIComponent(messageId)}/${action}`),
        method: 'POST',
      }),
      invalidatesTags: [...MOVED],
    }),
    bulkWebhookMessages: builder.mutation<BulkResult, { action: BulkAction; input: BulkInput }>({
      query: ({ action, input }) => ({
        url: apiUrl(`/messages/${action}`),
        method: 'POST',
        data: input,
      }),
      invalidatesTags: (_result, _error, { input }) => (input.dryRun === true ? [] : [...MOVED]),
    }),
    listDeadLetterGroups: builder.query<DeadLetterReason[], void>({
      query: () => apiUrl('/dead-letters/groups'),
      providesTags: [TAGS.message],
    }),
  }),
});

export const {
  useListWebhookMessagesQuery,
  useListWebhookEventsQuery,
  useGetWebhookMessageQuery,
  useGetWebhookMessageBeforeQuery,
  useActOnWebhookMessageMutation,
  useBulkWebhookMessagesMutation,
  useListDeadLetterGroupsQuery,
} = messagesApi;
