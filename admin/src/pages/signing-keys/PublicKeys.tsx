import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { Copyable } from '../../components/Copyable';
import { CodeBlock } from '../../components/CodeBlock';
import { SectionCard } from '../../components/SectionCard';

import type { SigningKeysView } from '../../../../server/src/panel/contract';

/** Public EdDSA keys. Receivers that read them need no secret and follow rotations on their own. */
export const PublicKeys = ({ keys }: { keys: SigningKeysView }) => {
  const { formatMessage } = useIntl();

  return (
    <SectionCard
      title={formatMessage(t('keys.public'))}
      subtitle={formatMessage(t('keys.public.hint'))}
    >
      <Flex direction="column" alignItems="stretch" gap={3}>
        <CodeBlock label={formatMessage(t('keys.public.url'))}>{keys.jwksUrl}</CodeBlock>
        <Typography variant="pi" textColor="neutral600">
          {formatMessage(t('keys.public.ids'), {
            ids: keys.publicKeyIds.flatMap((id) => [
              <Copyable key={id} text={id} label={formatMessage(t('keys.public.id'))} />,
              ' ',
            ]),
          })}
        </Typography>
      </Flex>
    </SectionCard>
  );
};
