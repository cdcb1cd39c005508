import { apiUrl, TAGS, webhooksApi } from './api';

import type { JobView } from '../../../server/src/panel/contract';

const jobsApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listWebhookJobs: builder.query<JobView[], void>({
      query: () => apiUrl('/jobs'),
      providesTags: [TAGS.job],
    }),
    cancelWebhookJob: builder.mutation<unknown, number>({
      query: (id) => ({ url: apiUrl(`/jobs/${id}/cancel`), method: 'POST' }),
      invalidatesTags: [TAGS.job],
    }),
  }),
});

export const { useListWebhookJobsQuery, useCancelWebhookJobMutation } = jobsApi;
