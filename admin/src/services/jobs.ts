import { apiUrl, TAGS, webhooksApi } from './api';

import type { BackfillInput, DryRunResult, JobView } from '../../../server/src/panel/contract';

const jobsApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listWebhookJobs: builder.query<JobView[], void>({
      query: () => apiUrl('/jobs'),
      providesTags: [TAGS.job],
    }),
    backfillWebhookEndpoint: builder.mutation<
      DryRunResult | { job: JobView },
      BackfillInput & { endpointId: number }
    >({
      query: ({ endpointId, ...data }) => ({
        url: apiUrl(`/endpoints/${endpointId}/backfill`),
        method: 'POST',
        data,
      }),
      invalidatesTags: (result) => (result !== undefined && 'job' in result ? [TAGS.job] : []),
    }),
    pauseWebhookJob: builder.mutation<JobView, { id: number; paused: boolean }>({
      query: ({ id, paused }) => ({
        url: apiUrl(`/jobs/${id}/${paused ? 'pause' : 'resume'}`),
        method: 'POST',
      }),
      invalidatesTags: [TAGS.job],
    }),
    cancelWebhookJob: builder.mutation<unknown, number>({
      query: (id) => ({ url: apiUrl(`/jobs/${id}/cancel`), method: 'POST' }),
      invalidatesTags: [TAGS.job],
    }),
  }),
});

export const {
  useListWebhookJobsQuery,
  useBackfillWebhookEndpointMutation,
  usePauseWebhookJobMutation,
  useCancelWebhookJobMutation,
} = jobsApi;
