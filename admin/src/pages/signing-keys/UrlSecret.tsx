import { Button, Flex, Typography } from '@strapi/design-system';
import { ArrowsCounterClockwise } from '@strapi/icons';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { CodeBlock } from '../../components/CodeBlock';
import { Instant } from '../../components/Instant';
import { SectionCard } from '../../components/SectionCard';
import { RotateUrlSecretDialog } from './RotateUrlSecretDialog';

import type { SigningKeysView } from '../../../../server/src/panel/contract';

interface UrlSecretProps {
  keys: SigningKeysView;
  isRevealed: boolean;
  mayRotate: boolean;
  onRotated: () => void;
}

/** Secret that signs messages to a bare URL. */
export const UrlSecret = ({ keys, isRevealed, mayRotate, onRotated }: UrlSecretProps) => {
  const { formatMessage } = useIntl();
  const [isRotating, setIsRotating] = useState(false);
  const label = formatMessage(t('keys.url'));

  return (
    <SectionCard
      title={formatMessage(t('keys.others'))}
      subtitle={formatMessage(t('keys.others.body'))}
      action={
        mayRotate && (
          <Button
            variant="tertiary"
            size="S"
            startIcon={<ArrowsCounterClockwise />}
            onClick={() => setIsRotating(true)}
          >
            {formatMessage(t('rotate.action'))}
          </Button>
        )
      }
    >
      <Flex direction="column" alignItems="stretch" gap={3}>
        <Typography tag="h3" fontWeight="bold">
          {label}
        </Typography>
        {isRevealed ? (
          <CodeBlock label={label}>{keys.urlSecret ?? ''}</CodeBlock>
        ) : (
          <Typography tag="code" style={{ fontFamily: 'monospace' }}>
            {keys.urlSecret}
          </Typography>
        )}
        {keys.previousUrlSecretUntil !== null && (
          <Typography variant="pi" textColor="neutral600">
            {formatMessage(t('keys.url.overlap'), {
              when: <Instant key="when" at={keys.previousUrlSecretUntil} />,
            })}
          </Typography>
        )}
      </Flex>
      {isRotating && (
        <RotateUrlSecretDialog
          previousUntil={keys.previousUrlSecretUntil}
          onClose={() => setIsRotating(false)}
          onRotated={onRotated}
        />
      )}
    </SectionCard>
  );
};
