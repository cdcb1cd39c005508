import { Field, Flex, Textarea, Typography } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { useIsPulled } from '../../utils/pull';
import { t } from '../../utils/translation';
import { SectionCard } from '../../components/SectionCard';
import { useReadOnly } from '../../components/form/useReadOnly';

import type { EndpointTlsInput, EndpointTlsView } from '../../../../server/src/panel/contract';

type Part = keyof EndpointTlsInput;

const PARTS: readonly Part[] = ['ca', 'certificate', 'privateKey'];
const FIRST_LINE = { ca: 'CERTIFICATE', certificate: 'CERTIFICATE', privateKey: 'PRIVATE KEY' };

export interface TlsSectionProps {
  /** Stored settings. Of the private key, only whether it is set. */
  stored: EndpointTlsView | null | undefined;
}

/** Trusted certificates and client certificate of the endpoint. */
export const TlsSection = ({ stored }: TlsSectionProps) => {
  const { formatMessage, formatDate } = useIntl();
  if (useIsPulled()) return null;

  return (
    <SectionCard
      title={formatMessage(t('tls.title'))}
      subtitle={formatMessage(t('tls.subtitle'))}
      action={
        stored && (
          <Typography variant="pi" textColor="neutral600">
            {formatMessage(t('tls.expires'), { date: formatDate(stored.expiresAt) })}
          </Typography>
        )
      }
    >
      <Flex direction="column" alignItems="stretch" gap={4}>
        {PARTS.map((part) => (
          <PemField
            key={part}
            part={part}
            isSet={part === 'privateKey' && !!stored?.hasPrivateKey}
          />
        ))}
      </Flex>
    </SectionCard>
  );
};

const PemField = ({ part, isSet }: { part: Part; isSet: boolean }) => {
  const { formatMessage } = useIntl();
  const { value, onChange, error } = useField<string | null>(`tls.${part}`);
  const isReadOnly = useReadOnly();

  return (
    <Field.Root
      id={`tls.${part}`}
      name={`tls.${part}`}
      error={error}
      hint={formatMessage(t(`tls.${part}.hint`))}
    >
      <Field.Label>{formatMessage(t(`tls.${part}`))}</Field.Label>
      <Textarea
        name={`tls.${part}`}
        value={value ?? ''}
        placeholder={isSet ? formatMessage(t('tls.isSet')) : `-----BEGIN ${FIRST_LINE[part]}-----`}
        disabled={isReadOnly}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(`tls.${part}`, event.currentTarget.value || null)}
      />
      <Field.Hint />
      <Field.Error />
    </Field.Root>
  );
};
