import { apiUrl, TAGS, webhooksApi } from './api';

import type { Catalog, Overview } from '../../../server/src/panel/contract';

const overviewApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    getWebhooksOverview: builder.query<Overview, void>({
      query: () => apiUrl('/overview'),
      providesTags: [TAGS.overview],
    }),
    getWebhooksCatalog: builder.query<Catalog, void>({
      query: () => apiUrl('/catalog'),
    }),
  }),
});

export const { useGetWebhooksOverviewQuery, useGetWebhooksCatalogQuery } = overviewApi;

/** Pending messages without an attempt. Undefined: there are too many to tell. */
export const untriedIn = ({ waiting, retrying }: Overview): number | undefined =>
  retrying === null ? undefined : waiting - retrying;
