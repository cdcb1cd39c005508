import { Field, Flex, SingleSelect, SingleSelectOption } from '@strapi/design-system';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { useAddressPart } from '../../hooks/useAddressPart';
import { usePermissions } from '../../hooks/usePermissions';
import { useListWebhookEndpointsQuery } from '../../services/endpoints';
import { t } from '../../utils/translation';

import { EventDocuments } from './EventDocuments';
import { EventSchemas } from './EventSchemas';

const ALL = 'all';

/** Page of the events that Strapi sends, or that one endpoint is sent. */
export const EventCatalogPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { data: endpoints = [] } = useListWebhookEndpointsQuery(undefined, {
    skip: !can('endpoints.read'),
  });
  const [endpoint, setEndpoint] = useAddressPart('endpoint');
  const endpointId = endpoint === null ? undefined : Number(endpoint);

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('event-catalog.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('event-catalog.title'))}
        subtitle={formatMessage(t('event-catalog.subtitle'))}
      />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={5}>
          {endpoints.length > 0 && (
            <Field.Root width="min(100%, 40rem)" hint={formatMessage(t('event-catalog.of.hint'))}>
              <Field.Label>{formatMessage(t('event-catalog.of'))}</Field.Label>
              <SingleSelect
                value={endpoint ?? ALL}
                onChange={(chosen) => setEndpoint(chosen === ALL ? null : String(chosen))}
              >
                <SingleSelectOption value={ALL}>
                  {formatMessage(t('event-catalog.all'))}
                </SingleSelectOption>
                {endpoints.map(({ id, name }) => (
                  <SingleSelectOption key={id} value={String(id)}>
                    {name}
                  </SingleSelectOption>
                ))}
              </SingleSelect>
              <Field.Hint />
            </Field.Root>
          )}
          <EventDocuments endpointId={endpointId} />
          <EventSchemas endpointId={endpointId} />
        </Flex>
      </Layouts.Content>
    </Page.Main>
  );
};
