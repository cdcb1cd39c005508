import { Typography } from '@strapi/design-system';
import { useForm } from '@strapi/strapi/admin';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';

import { Fold } from '../../components/form/Fold';
import { endpointFieldsOf, type EndpointFields } from '../../utils/endpointFields';
import { isPulled } from '../../utils/pull';
import { t, type TranslationKey } from '../../utils/translation';

type Section =
  | 'filter'
  | 'format'
  | 'trial'
  | 'retry'
  | 'headers'
  | 'delivery'
  | 'mode'
  | 'guard'
  | 'signing'
  | 'callbacks'
  | 'tls';

/** Fields of each section, and its summary while they are those of any new endpoint. */
const SECTIONS: Record<Section, { fields: (keyof EndpointFields)[]; usual: TranslationKey }> = {
  filter: { fields: ['filter'], usual: 'filter.none' },
  format: { fields: ['shape'], usual: 'setup.format' },
  trial: { fields: [], usual: 'setup.trial' },
  retry: {
    fields: ['retryPolicy', 'jitterPercent', 'finalStatuses'],
    usual: 'retry.kind.standard',
  },
  headers: { fields: ['headers'], usual: 'setup.none' },
  delivery: { fields: ['timeoutMs', 'maxParallel', 'cloudEvents'], usual: 'setup.delivery' },
  mode: { fields: ['delivery', 'rateLimit'], usual: 'mode.every' },
  guard: { fields: ['ignoredActors', 'documentLimit'], usual: 'setup.off' },
  signing: {
    fields: ['signatures', 'signatureHeader', 'secret'],
    usual: 'endpoint.signatures.standard',
  },
  callbacks: { fields: ['callbacks'], usual: 'setup.none' },
  tls: { fields: ['tls'], usual: 'setup.tls' },
};

const USUAL = endpointFieldsOf(undefined);

interface AdvancedSectionsProps {
  /** The sections of the form. */
  sections: Record<Section, ReactNode>;
}

/** The sections that a new endpoint can do without, each folded to a line. */
export const AdvancedSections = ({ sections }: AdvancedSectionsProps) => {
  const { formatMessage } = useIntl();
  const values = useForm('AdvancedSections', (form) => form.values as EndpointFields);
  const isUsual = (fields: (keyof EndpointFields)[]) =>
    fields.every((field) => JSON.stringify(values[field]) === JSON.stringify(USUAL[field]));
  const shown = (Object.keys(SECTIONS) as Section[]).filter(
    (name) => name !== 'tls' || !isPulled(values)
  );

  return (
    <>
      <div>
        <Typography variant="beta" tag="h2">
          {formatMessage(t('setup.advanced'))}
        </Typography>
        <Typography tag="p" textColor="neutral600">
          {formatMessage(t('setup.advanced.hint'))}
        </Typography>
      </div>
      {shown.map((name) => {
        const { fields, usual } = SECTIONS[name];
        return (
          <Fold
            key={name}
            fields={fields}
            summary={formatMessage(t(isUsual(fields) ? usual : 'setup.changed'))}
          >
            {sections[name]}
          </Fold>
        );
      })}
    </>
  );
};
