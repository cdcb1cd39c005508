import { EmptyStateLayout, Flex } from '@strapi/design-system';
import { EmptyDocuments } from '@strapi/icons/symbols';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { useSearchParams } from 'react-router-dom';

import { AuditTable } from '../../components/audit/AuditTable';
import { KeysetPager } from '../../components/KeysetPager';
import { RefreshButton } from '../../components/RefreshButton';
import { useListWebhookAuditEntriesQuery } from '../../services/audit';
import { t } from '../../utils/translation';

import { AuditFilters } from './AuditFilters';
import { auditQueryOf, searchIn, type AuditSearch } from './auditSearch';

const PAGE_SIZE = 50;

/** Page of the audit log: who changed what, newest first. */
export const AuditLogPage = () => {
  const { formatMessage } = useIntl();
  const [params, setParams] = useSearchParams();
  const search = searchIn(params);
  const cursor = params.get('cursor') ?? undefined;
  const { data, isLoading, isFetching, refetch } = useListWebhookAuditEntriesQuery(
    { ...auditQueryOf(search), cursor, pageSize: PAGE_SIZE },
    { refetchOnMountOrArgChange: true }
  );
  const go = (next: AuditSearch & { cursor?: string | undefined }) =>
    setParams(
      Object.entries(next).flatMap(([name, value]): [string, string][] =>
        value ? [[name, value]] : []
      )
    );

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('audit.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('audit.title'))}
        subtitle={formatMessage(t('audit.subtitle'))}
        primaryAction={<RefreshButton isBusy={isFetching} onRefresh={refetch} />}
      />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={4}>
          <AuditFilters search={search} onChange={go} />
          {data.results.length === 0 ? (
            <EmptyStateLayout
              icon={<EmptyDocuments width="16rem" />}
              hasRadius
              content={formatMessage(t('audit.empty'))}
            />
          ) : (
            <AuditTable
              entries={data.results}
              onOnly={({ item, key }) => go({ ...search, item, key: key ?? undefined })}
            />
          )}
          <KeysetPager
            cursor={cursor}
            nextCursor={data.nextCursor}
            onGo={(next) => go({ ...search, cursor: next })}
          />
        </Flex>
      </Layouts.Content>
    </Page.Main>
  );
};
