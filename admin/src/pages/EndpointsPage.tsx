import { Flex, LinkButton } from '@strapi/design-system';
import { Download, Plus } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { DeleteEndpointDialog } from '../components/endpoint/DeleteEndpointDialog';
import { EndpointRow } from '../components/endpoint/EndpointRow';
import { ListTable } from '../components/ListTable';
import { usePermissions } from '../hooks/usePermissions';
import { useListWebhookEndpointsQuery } from '../services/endpoints';
import { endpointPath, importPath } from '../utils/paths';
import { t } from '../utils/translation';

import type { EndpointView } from '../../../server/src/contract';

const COLUMNS = ['name', 'url', 'topics', 'state'] as const;

export const EndpointsPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { data, isLoading, isError } = useListWebhookEndpointsQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const [doomed, setDoomed] = useState<EndpointView | null>(null);

  if (isLoading) return <Page.Loading />;
  if (isError || !data) return <Page.Error />;

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
            label: formatMessage(t(`endpoints.column.${name}`)),
          }))}
          renderRow={(endpoint) => (
            <EndpointRow
              key={endpoint.id}
              endpoint={endpoint}
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
