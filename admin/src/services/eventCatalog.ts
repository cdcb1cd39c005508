import { apiUrl, webhooksApi } from './api';

import type { EventCatalogQuery, EventCatalogText } from '../../../server/src/panel/contract';

const eventCatalogApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    /** TypeScript, or a JSON document as indented text. */
    getWebhookEventCatalog: builder.query<string, Pick<EventCatalogQuery, 'format' | 'endpointId'>>(
      {
        query: ({ format, endpointId }) =>
          apiUrl('/event-catalog', { format, endpointId, as: 'json' }),
        transformResponse: (document: object, _, { format }) =>
          format === 'typescript'
            ? (document as EventCatalogText).text
            : JSON.stringify(document, null, 2),
      }
    ),
  }),
});

export const { useGetWebhookEventCatalogQuery } = eventCatalogApi;
