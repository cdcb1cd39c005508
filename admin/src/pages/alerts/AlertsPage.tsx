import { Button, Flex } from '@strapi/design-system';
import { PaperPlane } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { HeaderSlotProvider } from '../../components/headerSlot';
import { Notice } from '../../components/Notice';
import { useNotify } from '../../hooks/useNotify';
import { usePermissions } from '../../hooks/usePermissions';
import { useGetWebhookAlertsQuery, useTestWebhookAlertsMutation } from '../../services/alerts';
import { useListWebhookEndpointsQuery } from '../../services/endpoints';
import { t } from '../../utils/translation';

import { AlertsForm } from './AlertsForm';

/** Page of the alerts: rules, recipients, and a test. */
export const AlertsPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const notify = useNotify();
  const { data, isLoading, refetch } = useGetWebhookAlertsQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const { data: endpoints = [] } = useListWebhookEndpointsQuery(undefined, {
    skip: !can('endpoints.read'),
  });
  const [test, tested] = useTestWebhookAlertsMutation();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [reloads, setReloads] = useState(0);

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;

  const canSave = can('alerts.update');
  const hasRecipients = data.emails.length + data.endpointIds.length > 0;
  const mailError = tested.data?.mailError ?? data.mailError;
  const runTest = async () => {
    const result = await test();
    if ('error' in result) notify.failure(result.error);
    else if (result.data.mailError === null) notify.success('alerts.tested');
  };
  const reload = async () => {
    await refetch();
    setReloads(reloads + 1);
  };

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('alerts.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('alerts.title'))}
        subtitle={formatMessage(t('alerts.subtitle'))}
        primaryAction={
          <Flex gap={2} wrap="wrap">
            {canSave && (
              <Button
                variant="secondary"
                startIcon={<PaperPlane />}
                loading={tested.isLoading}
                disabled={!hasRecipients}
                onClick={() => void runTest()}
              >
                {formatMessage(t('alerts.test'))}
              </Button>
            )}
            <div ref={setSlot} />
          </Flex>
        }
      />
      <Layouts.Content>
        <HeaderSlotProvider value={slot}>
          <Flex direction="column" alignItems="stretch" gap={6}>
            {mailError !== null && (
              <Notice variant="danger" title={formatMessage(t('alerts.mail-error'))}>
                {mailError}
              </Notice>
            )}
            <AlertsForm
              key={reloads}
              settings={data}
              endpoints={endpoints}
              canSave={canSave}
              fetchLatest={() => refetch().unwrap()}
              onReload={() => void reload()}
            />
          </Flex>
        </HeaderSlotProvider>
      </Layouts.Content>
    </Page.Main>
  );
};
