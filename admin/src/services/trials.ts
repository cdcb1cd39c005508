import { apiUrl, TAGS, webhooksApi } from './api';

import type {
  DryRunResult,
  EndpointTrialInput,
  EntrySample,
  EntryTestResult,
  EventReplayInput,
  JobView,
  TopicTrialInput,
  TrialResult,
} from '../../../server/src/panel/contract';

/** An entry, as the Content Manager lists it. */
export interface FoundEntry {
  documentId: string;
  [attribute: string]: unknown;
}

export interface EntrySearch {
  uid: string;
  isSingle: boolean;
  locale: string | undefined;
  search: string;
}

export type TrialInput =
  ({ of: 'endpoints' } & EndpointTrialInput) | ({ of: 'topics' } & TopicTrialInput);

interface EntryTestOf {
  id: number;
  entry: EntrySample;
}

const FOUND = 20;

/** The panel's fetch client does not encode `params`. */
const queryOf = (values: Record<string, string | undefined>): string => {
  const given = Object.entries(values).filter((one): one is [string, string] => Boolean(one[1]));
  return new URLSearchParams(given).toString();
};

const trialsApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    previewWebhookEntryTest: builder.query<EntryTestResult, EntryTestOf>({
      query: ({ id, entry }) => ({
        url: apiUrl(`/endpoints/${id}/test`),
        method: 'POST',
        data: { entry, dryRun: true },
      }),
      providesTags: [TAGS.endpoint, TAGS.topic],
      keepUnusedDataFor: 0,
    }),
    testWebhookEntry: builder.mutation<EntryTestResult, EntryTestOf>({
      query: ({ id, entry }) => ({
        url: apiUrl(`/endpoints/${id}/test`),
        method: 'POST',
        data: { entry },
      }),
      invalidatesTags: [TAGS.message, TAGS.overview],
    }),
    /** Entries that the user may see in the Content Manager. */
    findWebhookEntries: builder.query<FoundEntry[], EntrySearch>({
      query: ({ uid, isSingle, locale, search }) =>
        isSingle
          ? `/content-manager/single-types/${uid}?${queryOf({ locale })}`
          : `/content-manager/collection-types/${uid}?${queryOf({
              locale,
              _q: search,
              page: '1',
              pageSize: String(FOUND),
            })}`,
      transformResponse: (answer: { results?: FoundEntry[]; data?: FoundEntry | null }) =>
        answer.results ?? (answer.data ? [answer.data] : []),
      keepUnusedDataFor: 0,
    }),
    tryWebhookOnLog: builder.query<TrialResult, TrialInput>({
      query: ({ of, ...data }) => ({ url: apiUrl(`/${of}/trial`), method: 'POST', data }),
      keepUnusedDataFor: 0,
    }),
    replayWebhookEvents: builder.mutation<DryRunResult | { job: JobView }, EventReplayInput>({
      query: (data) => ({ url: apiUrl('/events/replay'), method: 'POST', data }),
      invalidatesTags: (result) =>
        result !== undefined && 'job' in result
          ? [TAGS.message, TAGS.overview, TAGS.endpoint, TAGS.job]
          : [],
    }),
    listWebhookLocales: builder.query<{ code: string; name: string }[], void>({
      query: () => '/i18n/locales',
    }),
  }),
});

export const {
  usePreviewWebhookEntryTestQuery,
  useTestWebhookEntryMutation,
  useFindWebhookEntriesQuery,
  useListWebhookLocalesQuery,
  useTryWebhookOnLogQuery,
  useReplayWebhookEventsMutation,
} = trialsApi;
