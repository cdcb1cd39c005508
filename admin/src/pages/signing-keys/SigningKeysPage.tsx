import { Button, Flex } from '@strapi/design-system';
import { ArrowsCounterClockwise, Eye, EyeStriked } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { KeyPair } from './KeyPair';
import { PublicKeys } from './PublicKeys';
import { RotateKeysDialog } from './RotateKeysDialog';
import { UrlSecret } from './UrlSecret';
import { Notice } from '../../components/Notice';
import { SectionCard } from '../../components/SectionCard';
import { useNotify } from '../../hooks/useNotify';
import { usePermissions } from '../../hooks/usePermissions';
import {
  useGetWebhookSigningKeysQuery,
  useRevealWebhookSigningKeysMutation,
} from '../../services/limits';
import { t } from '../../utils/translation';

/** Page of the keys that sign published messages. */
export const SigningKeysPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const notify = useNotify();
  const { data, isLoading, isError } = useGetWebhookSigningKeysQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const [reveal, revealed] = useRevealWebhookSigningKeysMutation();
  const [isRotating, setIsRotating] = useState(false);

  if (isLoading) return <Page.Loading />;
  if (isError || !data) return <Page.Error />;

  const isRevealed = revealed.data !== undefined;
  const shown = revealed.data ?? data;
  const show = async () => {
    const result = await reveal();
    if ('error' in result) notify.failure(result.error);
  };

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('keys.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('keys.title'))}
        subtitle={formatMessage(t('keys.subtitle'))}
        primaryAction={
          can('signing-keys.rotate') &&
          data.problem === null && (
            <Button
              variant="danger-light"
              startIcon={<ArrowsCounterClockwise />}
              onClick={() => setIsRotating(true)}
            >
              {formatMessage(t('keys.rotate'))}
            </Button>
          )
        }
      />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={5}>
          {data.problem !== null ? (
            <Notice variant="danger" title={formatMessage(t('keys.problem'))}>
              {data.problem}
            </Notice>
          ) : (
            <>
              <SectionCard
                title={formatMessage(t('keys.jwt'))}
                subtitle={formatMessage(t('keys.jwt.hint'))}
                action={
                  can('signing-keys.reveal') && (
                    <Button
                      variant="tertiary"
                      size="S"
                      loading={revealed.isLoading}
                      startIcon={isRevealed ? <EyeStriked /> : <Eye />}
                      onClick={() => (isRevealed ? revealed.reset() : void show())}
                    >
                      {formatMessage(t(isRevealed ? 'keys.hide' : 'keys.reveal'))}
                    </Button>
                  )
                }
              >
                <KeyPair keys={shown} isRevealed={isRevealed} />
              </SectionCard>
              <PublicKeys keys={data} />
              <UrlSecret
                keys={shown}
                isRevealed={isRevealed}
                mayRotate={can('signing-keys.rotate')}
                onRotated={() => revealed.reset()}
              />
            </>
          )}
        </Flex>
      </Layouts.Content>
      {isRotating && (
        <RotateKeysDialog onClose={() => setIsRotating(false)} onRotated={() => revealed.reset()} />
      )}
    </Page.Main>
  );
};
