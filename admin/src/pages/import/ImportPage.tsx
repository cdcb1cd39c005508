import {
  Button,
  Checkbox,
  EmptyStateLayout,
  Flex,
  LinkButton,
  Typography,
} from '@strapi/design-system';
import { EmptyDocuments } from '@strapi/icons/symbols';
import { BackButton, Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { ConfirmAction } from '../../components/ConfirmAction';
import { NativeWebhookCard } from './NativeWebhookCard';
import { SectionCard } from '../../components/SectionCard';
import { useNotify } from '../../hooks/useNotify';
import {
  useImportNativeWebhooksMutation,
  useListNativeWebhooksQuery,
} from '../../services/nativeWebhooks';
import { endpointPath, ROOT } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { NativeWebhookView } from '../../../../server/src/panel/contract';

/** Whether the webhook can still be imported, or at least disabled. */
const isOpen = ({ importedAs, plan, enabled }: NativeWebhookView) =>
  importedAs === null ? plan !== null : enabled;

/** Imports Strapi's own webhooks. */
export const ImportPage = () => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const { data, isLoading, isError } = useListNativeWebhooksQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const [run, { isLoading: isImporting }] = useImportNativeWebhooksMutation();
  const [left, setLeft] = useState<number[]>([]);
  const [switchOff, setSwitchOff] = useState(true);
  const [isAsking, setIsAsking] = useState(false);

  if (isLoading) return <Page.Loading />;
  if (isError || !data) return <Page.Error />;

  // Everything that can be imported is selected by default.
  const chosen = data.filter((webhook) => isOpen(webhook) && !left.includes(webhook.id));
  const choose = ({ id }: NativeWebhookView, isChosen: boolean) =>
    setLeft(isChosen ? left.filter((one) => one !== id) : [...left, id]);

  const importThem = async () => {
    const result = await run({ webhookIds: chosen.map(({ id }) => id), switchOff });
    setIsAsking(false);
    if ('error' in result) return notify.failure(result.error);
    return notify.success('import.success', {
      imported: result.data.filter(({ outcome }) => outcome === 'imported').length,
      off: result.data.filter(({ switchedOff }) => switchedOff).length,
    });
  };

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('import.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('import.title'))}
        subtitle={formatMessage(t('import.subtitle'))}
        navigationAction={<BackButton fallback={`${ROOT}/endpoints`} />}
        primaryAction={
          data.length > 0 && (
            <Button disabled={chosen.length === 0} onClick={() => setIsAsking(true)}>
              {formatMessage(t('import.run'), { count: chosen.length })}
            </Button>
          )
        }
      />
      <Layouts.Content>
        {data.length === 0 ? (
          <EmptyStateLayout
            icon={<EmptyDocuments width="16rem" />}
            hasRadius
            content={formatMessage(t('import.empty'))}
            action={
              <LinkButton tag={NavLink} to={endpointPath('new')} variant="secondary">
                {formatMessage(t('endpoints.create'))}
              </LinkButton>
            }
          />
        ) : (
          <Flex direction="column" alignItems="stretch" gap={4}>
            <SectionCard title={formatMessage(t('import.switch-off.title'))}>
              <Checkbox
                checked={switchOff}
                onCheckedChange={(checked) => setSwitchOff(checked === true)}
              >
                {formatMessage(t('import.switch-off'))}
              </Checkbox>
              <Typography tag="p" variant="pi" textColor="neutral600" paddingTop={2}>
                {formatMessage(t('import.switch-off.hint'))}
              </Typography>
            </SectionCard>
            <Flex tag="ul" direction="column" alignItems="stretch" gap={4}>
              {data.map((webhook) => (
                <NativeWebhookCard
                  key={webhook.id}
                  webhook={webhook}
                  isChosen={chosen.includes(webhook)}
                  onChoose={(isChosen) => choose(webhook, isChosen)}
                />
              ))}
            </Flex>
          </Flex>
        )}
      </Layouts.Content>
      <ConfirmAction
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={formatMessage(t('import.title'))}
        confirmLabel={formatMessage(t('import.run'), { count: chosen.length })}
        variant="default"
        isBusy={isImporting}
        onConfirm={importThem}
      >
        <Typography textAlign="center">
          {formatMessage(t(switchOff ? 'import.sure.off' : 'import.sure.on'), {
            count: chosen.length,
          })}
        </Typography>
      </ConfirmAction>
    </Page.Main>
  );
};
