import { Button, Flex, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { useResolveWebhooksEnvironmentMutation } from '../../services/statistics';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';
import { Notice } from '../../components/Notice';

import type { Overview } from '../../../../server/src/panel/contract';

type Way = 'adopt' | 'discard-pending';

const BODIES = {
  name: 'environment.foreign.body',
  copy: 'environment.foreign.copy',
  unmarked: 'environment.foreign.unmarked',
} as const;

interface EnvironmentBannerProps {
  overview: Overview;
  /** Whether the user may decide. Others are told whom to ask. */
  mayResolve: boolean;
}

/** Shown for a database of another environment. Nothing is delivered until a user decides. */
export const EnvironmentBanner = ({ overview, mayResolve }: EnvironmentBannerProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [resolve, { isLoading }] = useResolveWebhooksEnvironmentMutation();
  const [asking, setAsking] = useState<Way | null>(null);
  const { environment, counts } = overview;
  if (!environment.foreign) return null;

  const confirm = async (way: Way) => {
    const result = await resolve(way);
    setAsking(null);
    if ('error' in result) return notify.failure(result.error);
    return notify.success(`environment.done.${way}`, { count: result.data.canceled ?? 0 });
  };

  return (
    <>
      <Notice
        variant="danger"
        title={formatMessage(t('environment.foreign.title'))}
        action={
          mayResolve && (
            <Flex gap={2} wrap="wrap">
              <Button variant="danger-light" onClick={() => setAsking('discard-pending')}>
                {formatMessage(t('environment.discard-pending'))}
              </Button>
              <Button onClick={() => setAsking('adopt')}>
                {formatMessage(t('environment.adopt'))}
              </Button>
            </Flex>
          )
        }
      >
        {formatMessage(t(BODIES[environment.reason ?? 'name']), {
          madeBy: environment.madeBy ?? '?',
          current: environment.current,
        })}{' '}
        {!mayResolve && formatMessage(t('environment.ask'))}
      </Notice>
      {asking !== null && (
        <ConfirmAction
          isOpen
          onClose={() => setAsking(null)}
          title={formatMessage(t(`environment.${asking}`))}
          confirmLabel={formatMessage(t(`environment.${asking}`))}
          variant={asking === 'adopt' ? 'default' : 'danger-light'}
          isBusy={isLoading}
          onConfirm={() => confirm(asking)}
        >
          <Typography textAlign="center">
            {formatMessage(t(`environment.${asking}.sure`), {
              count: counts.pending + counts.active,
            })}
          </Typography>
        </ConfirmAction>
      )}
    </>
  );
};
