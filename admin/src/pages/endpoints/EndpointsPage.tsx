import { Flex, LinkButton } from '@strapi/design-system';
import { Download, Plus } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { DeleteEndpointDialog } from './DeleteEndpointDialog';
import { EndpointFilters } from './EndpointFilters';
import { EndpointRow } from './EndpointRow';
import { endpointRows, isSortable, type EndpointFilter } from './endpointRows';
import { ListOptions } from '../../components/ListOptions';
import { ListTable } from '../../components/ListTable';
import { ClearFilters } from '../../components/ClearFilters';
import { useListChoices } from '../../hooks/useListChoices';
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
const NO_FILTER: EndpointFilter = { search: '', status: undefined };
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
  const [filter, setFilter] = useState(NO_FILTER);
  const choices = useListChoices('endpoints', data?.length ?? 0);

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;

  const columns = COLUMNS.map((name) => ({
    name,
    isMinor: MINOR.includes(name),
    isSortable: isSortable(name),
    label: formatMessage(t(`endpoints.column.${name}`)),
  }));
  const rows = data.map((endpoint) => ({
    id: endpoint.id,
    endpoint,
    health: health.data?.find((one) => one.endpointId === endpoint.id),
    tally: statistics.data?.endpoints.find((one) => one.endpointId === endpoint.id),
  }));

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
        <Flex direction="column" alignItems="stretch" gap={4}>
          {data.length > 0 && (
            <EndpointFilters
              filter={filter}
              onChange={setFilter}
              options={<ListOptions choices={choices} columns={columns} hasPages={false} />}
            />
          )}
          <ListTable
            rows={endpointRows(rows, filter, choices.order)}
            columns={columns}
            choices={choices}
            renderRow={(row) => (
              <EndpointRow
                key={row.id}
                {...row}
                can={can}
                onDelete={() => setDoomed(row.endpoint)}
              />
            )}
            empty={
              data.length > 0
                ? {
                    content: formatMessage(t('endpoints.none-match')),
                    action: <ClearFilters onClear={() => setFilter(NO_FILTER)} />,
                  }
                : {
                    content: formatMessage(t('endpoints.empty')),
                    action: (
                      <Flex gap={2} wrap="wrap" justifyContent="center">
                        {bringIn}
                        {create}
                      </Flex>
                    ),
                  }
            }
          />
        </Flex>
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
