import { useIntl } from 'react-intl';

import { CheckboxSet } from '../../components/form/CheckboxSet';
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

  return (
    <CheckboxSet
      name="signatures"
      legend={formatMessage(t('endpoint.signatures'))}
      values={KINDS}
      labelOf={(kind) => formatMessage(t(`endpoint.signatures.${kind}`))}
      locked="standard" // every message carries it
      add={withKind}
    />
  );
};
