import { apiUrl, TAGS, webhooksApi } from './api';

import type { SendInput, SendResult, SendTargets } from '../../../server/src/panel/contract';

export interface SendTarget {
  of: 'topics' | 'endpoints';
  id: number;
}

const sendsApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listWebhookSendTargets: builder.query<SendTargets, string>({
      query: (uid) => apiUrl('/send-targets', { uid }),
      providesTags: [TAGS.topic, TAGS.endpoint],
    }),
    sendEntriesToWebhook: builder.mutation<SendResult, SendTarget & SendInput>({
      query: ({ of, id, ...data }) => ({ url: apiUrl(`/${of}/${id}/send`), method: 'POST', data }),
      invalidatesTags: [TAGS.message, TAGS.overview],
    }),
  }),
});

export const { useListWebhookSendTargetsQuery, useSendEntriesToWebhookMutation } = sendsApi;
