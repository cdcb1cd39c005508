import { Checkbox, Flex, Typography } from '@strapi/design-system';
import { useField, useForm } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { firstMessage } from '../../utils/formErrors';
import { t } from '../../utils/translation';

import type { EndpointSignatureKind } from '../../../../server/src/panel/contract';

const JWTS: readonly EndpointSignatureKind[] = ['jwt', 'jwt-eddsa'];
const KINDS: readonly EndpointSignatureKind[] = ['standard', ...JWTS, 'github', 'hmac'];

/** The two JWT kinds share a header, so choosing one clears the other. */
const withKind = (
  chosen: readonly EndpointSignatureKind[],
  kind: EndpointSignatureKind
): EndpointSignatureKind[] => [
  ...chosen.filter((one) => !(JWTS.includes(kind) && JWTS.includes(one))),
  kind,
];

/** Signatures sent with every message. */
export const SignaturesField = () => {
  const { formatMessage } = useIntl();
  const {
    value: chosen = [],
    onChange,
    rawError,
  } = useField<EndpointSignatureKind[]>('signatures');
  const error = firstMessage(rawError);
  const isReadOnly = useForm('SignaturesField', (form) => form.disabled);

  return (
    <Flex
      tag="fieldset"
      direction="column"
      alignItems="flex-start"
      gap={2}
      borderWidth={0}
      padding={0}
    >
      <Typography tag="legend" variant="pi" fontWeight="bold" paddingBottom={2}>
        {formatMessage(t('endpoint.signatures'))}
      </Typography>
      {KINDS.map((kind) => (
        <Checkbox
          key={kind}
          checked={chosen.includes(kind)}
          disabled={isReadOnly || kind === 'standard'} // every message carries it
          onCheckedChange={(checked) =>
            onChange(
              'signatures',
              checked === true ? withKind(chosen, kind) : chosen.filter((one) => one !== kind)
            )
          }
        >
          {formatMessage(t(`endpoint.signatures.${kind}`))}
        </Checkbox>
      ))}
      {error !== undefined && (
        <Typography variant="pi" textColor="danger600" role="alert">
          {error}
        </Typography>
      )}
    </Flex>
  );
};
