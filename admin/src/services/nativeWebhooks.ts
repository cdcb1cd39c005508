import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  NativeImportInput,
  NativeImportResult,
  NativeWebhookView,
} from '../../../server/src/panel/contract';

const nativeWebhooksApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listNativeWebhooks: builder.query<NativeWebhookView[], void>({
      query: () => apiUrl('/native-webhooks'),
      providesTags: [TAGS.endpoint],
    }),
    importNativeWebhooks: builder.mutation<NativeImportResult[], NativeImportInput>({
      query: (data) => ({ url: apiUrl('/native-webhooks/import'), method: 'POST', data }),
      invalidatesTags: [TAGS.endpoint, TAGS.topic, TAGS.overview],
    }),
  }),
});

export const { useListNativeWebhooksQuery, useImportNativeWebhooksMutation } = nativeWebhooksApi;
