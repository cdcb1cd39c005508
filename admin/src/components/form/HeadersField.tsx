import { Button, Flex, Typography } from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import { HeaderRow } from './HeaderRow';
import { useReadOnly } from './useReadOnly';

import type { HeaderInput } from '../../../../server/src/panel/contract';

const FRESH: HeaderInput = { name: '', value: '', secret: false };

/**
 * A list of headers.
 *
 * @param name path in the form's values.
 */
export const HeadersField = ({ name }: { name: string }) => {
  const { formatMessage } = useIntl();
  const { value: headers = [], onChange, rawError } = useField<HeaderInput[]>(name);
  const isReadOnly = useReadOnly();
  const set = (next: HeaderInput[]) => onChange(name, next);

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {headers.map((header, index) => (
        <HeaderRow
          key={index}
          name={`${name}.${index}`}
          header={header}
          onChange={(changed) => set(headers.map((one, at) => (at === index ? changed : one)))}
          onRemove={() => set(headers.filter((_, at) => at !== index))}
        />
      ))}
      {headers.length === 0 && (
        <Typography textColor="neutral600">{formatMessage(t('headers.none'))}</Typography>
      )}
      {typeof rawError === 'string' && (
        <Typography variant="pi" textColor="danger600" role="alert">
          {rawError}
        </Typography>
      )}
      {!isReadOnly && (
        <Flex>
          <Button
            variant="secondary"
            size="S"
            startIcon={<Plus />}
            onClick={() => set([...headers, FRESH])}
          >
            {formatMessage(t('headers.add'))}
          </Button>
        </Flex>
      )}
    </Flex>
  );
};
