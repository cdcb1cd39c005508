import { Box, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { CodeBlock } from '../../components/CodeBlock';

import type { SigningKeysView } from '../../../../server/src/panel/contract';

/** Environment variables that the receiver's SDK reads. */
const VARIABLES = {
  current: 'QSTASH_CURRENT_SIGNING_KEY',
  next: 'QSTASH_NEXT_SIGNING_KEY',
} as const;

interface KeyPairProps {
  keys: SigningKeysView;
  isRevealed: boolean;
}

/** Current and next signing key. */
export const KeyPair = ({ keys, isRevealed }: KeyPairProps) => {
  const { formatMessage } = useIntl();

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {(['current', 'next'] as const).map((which) => (
        <Box key={which}>
          <Typography tag="h3" fontWeight="bold">
            {formatMessage(t(`keys.${which}`))}
          </Typography>
          <Typography tag="p" variant="pi" textColor="neutral600" paddingBottom={2}>
            {formatMessage(t(`keys.${which}.hint`))}
          </Typography>
          {isRevealed ? (
            <CodeBlock label={formatMessage(t(`keys.${which}`))}>
              {`${VARIABLES[which]}=${keys[which] ?? ''}`}
            </CodeBlock>
          ) : (
            <Typography tag="code" style={{ fontFamily: 'monospace' }}>
              {VARIABLES[which]}={keys[which]}
            </Typography>
          )}
        </Box>
      ))}
    </Flex>
  );
};
