import { Flex, LinkButton } from '@strapi/design-system';
import { Download, Plus } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { DeleteEndpointDialog } from './DeleteEndpointDialog';
import { EndpointRow } from './EndpointRow';
import { ListTable } from '../../components/ListTable';
import { usePermissions } from '../../hooks/usePermissions';
import {
  useListWebhookEndpointHealthQuery,
  useListWebhookEndpointsQuery,
} from '../../services/endpoints';
import { useGetWebhooksStatisticsQuery } from '../../services/statistics';
import { endpointPath, importPath } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { EndpointView } from '../../../../server/src/panel/contract';

const COLUMNS = ['name', 'topics', 'state', 'success', 'delivered', 'waiting', 'dead'] as const;

/** Left out where there is little room. */
const MINOR: readonly string[] = ['topics', 'delivered'];
const FRESH = { refetchOnMountOrArgChange: true, pollingInterval: 15_000 } as const;

export const EndpointsPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { data, isLoading } = useListWebhookEndpointsQuery(undefined, FRESH);
  const health = useListWebhookEndpointHealthQuery(undefined, FRESH);
  const statistics = useGetWebhooksStatisticsQuery(
    { range: 'day' },
    { ...FRESH, skip: !can('messages.read') }
  );
  const [doomed, setDoomed] = useState<EndpointView | null>(null);

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;

  const create = can('endpoints.create') && (
    <LinkButton tag={NavLink} to={endpointPath('new')} startIcon={<Plus />}>
      {formatMessage(t('endpoints.create'))}
    </LinkButton>
  );

  const bringIn = can('settings.import') && (
    <LinkButton tag={NavLink} to={importPath} variant="tertiary" startIcon={<Download />}>
      {formatMessage(t('endpoints.import'))}
    </LinkButton>
  );

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('endpoints.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('endpoints.title'))}
        subtitle={formatMessage(t('endpoints.subtitle'))}
        primaryAction={data.length > 0 && create}
        secondaryAction={data.length > 0 && bringIn}
      />
      <Layouts.Content>
        <ListTable
          rows={data}
          columns={COLUMNS.map((name) => ({
            name,
            isMinor: MINOR.includes(name),
            label: formatMessage(t(`endpoints.column.${name}`)),
          }))}
          renderRow={(endpoint) => (
            <EndpointRow
              key={endpoint.id}
              endpoint={endpoint}
              health={health.data?.find((one) => one.endpointId === endpoint.id)}
              tally={statistics.data?.endpoints.find((one) => one.endpointId === endpoint.id)}
              can={can}
              onDelete={() => setDoomed(endpoint)}
            />
          )}
          empty={{
            content: formatMessage(t('endpoints.empty')),
            action: (
              <Flex gap={2} wrap="wrap" justifyContent="center">
                {bringIn}
                {create}
              </Flex>
            ),
          }}
        />
      </Layouts.Content>
      {doomed !== null && (
        <DeleteEndpointDialog
          endpoint={doomed}
          onClose={() => setDoomed(null)}
          onDeleted={() => setDoomed(null)}
        />
      )}
    </Page.Main>
  );
};
