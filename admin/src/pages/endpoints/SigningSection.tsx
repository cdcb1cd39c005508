import { Grid } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { TextField } from '../../components/form/TextField';
import { SectionCard } from '../../components/SectionCard';

import { SignaturesField } from './SignaturesField';

import type { EndpointSignatureKind } from '../../../../server/src/panel/contract';

interface SigningSectionProps {
  /** A secret can be brought. Afterwards it is changed by rotating it. */
  isNew: boolean;
}

/** Signatures and their secret. */
export const SigningSection = ({ isNew }: SigningSectionProps) => {
  const { formatMessage } = useIntl();
  const { value: kinds = [] } = useField<EndpointSignatureKind[]>('signatures');

  return (
    <SectionCard title={formatMessage(t('endpoint.signing'))}>
      <Grid.Root gap={5}>
        <Grid.Item col={12} alignItems="stretch">
          <SignaturesField />
        </Grid.Item>
        {kinds.includes('hmac') && (
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <TextField
              name="signatureHeader"
              label="endpoint.signature-header"
              placeholder="X-Signature"
              required
            />
          </Grid.Item>
        )}
        {isNew && (
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <TextField
              name="secret"
              type="password"
              label="secret.label"
              hint="secret.own.hint"
              placeholder={formatMessage(t('secret.own.placeholder'))}
            />
          </Grid.Item>
        )}
      </Grid.Root>
    </SectionCard>
  );
};
