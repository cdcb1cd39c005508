import { Button, Flex, Typography } from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { SectionCard } from '../SectionCard';

import { HeaderRow } from './HeaderRow';

import type { HeaderInput } from '../../../../server/src/contract';

const FRESH: HeaderInput = { name: '', value: '', secret: false };

/** Headers of the endpoint's own, sent with every message to it. */
export const HeadersSection = () => {
  const { formatMessage } = useIntl();
  const { value: headers = [], onChange, error } = useField<HeaderInput[]>('headers');
  const set = (next: HeaderInput[]) => onChange('headers', next);

  return (
    <SectionCard
      title={formatMessage(t('headers.title'))}
      subtitle={formatMessage(t('headers.subtitle'))}
      action={
        <Button
          variant="secondary"
          size="S"
          startIcon={<Plus />}
          onClick={() => set([...headers, FRESH])}
        >
          {formatMessage(t('headers.add'))}
        </Button>
      }
    >
      <Flex direction="column" alignItems="stretch" gap={4}>
        {headers.map((header, index) => (
          <HeaderRow
            key={index}
            index={index}
            header={header}
            onChange={(changed) => set(headers.map((one, at) => (at === index ? changed : one)))}
            onRemove={() => set(headers.filter((_, at) => at !== index))}
          />
        ))}
        {headers.length === 0 && (
          <Typography textColor="neutral600">{formatMessage(t('headers.none'))}</Typography>
        )}
        {error !== undefined && (
          <Typography variant="pi" textColor="danger600" role="alert">
            {error}
          </Typography>
        )}
      </Flex>
    </SectionCard>
  );
};
