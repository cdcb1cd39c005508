import { Box, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { CodeBlock } from '../../components/CodeBlock';

import type { SigningKeysView } from '../../../../server/src/panel/contract';

/** Named as the SDK of the receiver reads them. */
const VARIABLES = {
  current: 'QSTASH_CURRENT_SIGNING_KEY',
  next: 'QSTASH_NEXT_SIGNING_KEY',
} as const;

interface KeyPairProps {
  keys: SigningKeysView;
  isRevealed: boolean;
}

/** The key that signs now, and the one that will after the next rotation. */
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
