import { apiUrl, webhooksApi } from './api';

import type { AuditEntry, AuditPeople, AuditQuery, Page } from '../../../server/src/panel/contract';

interface Paged {
  cursor?: string | undefined;
  pageSize: number;
}

const auditApi = webhooksApi.injectEndpoints({
  endpoints: (builder) => ({
    listWebhookAuditEntries: builder.query<Page<AuditEntry>, AuditQuery & Paged>({
      query: (query) => apiUrl('/audit-log', { ...query }),
    }),
    listWebhookAuditPeople: builder.query<AuditPeople, void>({
      query: () => apiUrl('/audit-log/people'),
    }),
    listWebhookEndpointHistory: builder.query<Page<AuditEntry>, Paged & { id: number }>({
      query: ({ id, ...page }) => apiUrl(`/endpoints/${id}/history`, page),
    }),
  }),
});

export const {
  useListWebhookAuditEntriesQuery,
  useListWebhookAuditPeopleQuery,
  useListWebhookEndpointHistoryQuery,
} = auditApi;
