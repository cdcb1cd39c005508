import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  CronPreview,
  CronPreviewInput,
  ScheduleInput,
  ScheduleView,
} from '../../../server/src/panel/contract';

const pathOf = (scheduleId: string) => `/schedules/${encodeURIComponent(scheduleId)}`;

const schedulesApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listWebhookSchedules: builder.query<ScheduleView[], void>({
      query: () => apiUrl('/schedules'),
      providesTags: [TAGS.schedule],
    }),
    getWebhookSchedule: builder.query<ScheduleView, string>({
      query: (scheduleId) => apiUrl(pathOf(scheduleId)),
      providesTags: [TAGS.schedule],
    }),
    createWebhookSchedule: builder.mutation<ScheduleView, ScheduleInput>({
      query: (data) => ({ url: apiUrl('/schedules'), method: 'POST', data }),
      invalidatesTags: [TAGS.schedule],
    }),
    updateWebhookSchedule: builder.mutation<
      ScheduleView,
      { scheduleId: string; input: ScheduleInput & { version: number } }
    >({
      query: ({ scheduleId, input }) => ({
        url: apiUrl(pathOf(scheduleId)),
        method: 'PUT',
        data: input,
      }),
      invalidatesTags: [TAGS.schedule],
    }),
    deleteWebhookSchedule: builder.mutation<unknown, string>({
      query: (scheduleId) => ({ url: apiUrl(pathOf(scheduleId)), method: 'DELETE' }),
      invalidatesTags: (_result, error) => (error ? [] : [TAGS.schedule]),
    }),
    actOnWebhookSchedule: builder.mutation<
      ScheduleView,
      { scheduleId: string; action: 'pause' | 'resume' }
    >({
      query: ({ scheduleId, action }) => ({
        url: apiUrl(`${pathOf(scheduleId)}/${action}`),
        method: 'POST',
      }),
      invalidatesTags: [TAGS.schedule],
    }),
    runWebhookSchedule: builder.mutation<{ messageIds: string[] }, string>({
      query: (scheduleId) => ({ url: apiUrl(`${pathOf(scheduleId)}/run-now`), method: 'POST' }),
      invalidatesTags: [TAGS.schedule, TAGS.message, TAGS.overview],
    }),
    previewWebhookCron: builder.query<CronPreview, CronPreviewInput>({
      query: (data) => ({ url: apiUrl('/schedules/preview'), method: 'POST', data }),
    }),
  }),
});

export const {
  useListWebhookSchedulesQuery,
  useGetWebhookScheduleQuery,
  useCreateWebhookScheduleMutation,
  useUpdateWebhookScheduleMutation,
  useDeleteWebhookScheduleMutation,
  useActOnWebhookScheduleMutation,
  useRunWebhookScheduleMutation,
  usePreviewWebhookCronQuery,
} = schedulesApi;
