import { Checkbox, Field, Flex, Grid, IconButton, TextInput } from '@strapi/design-system';
import { Trash } from '@strapi/icons';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { firstMessage } from '../../utils/formErrors';
import { t } from '../../utils/translation';
import { useReadOnly } from './useReadOnly';

import type { HeaderInput } from '../../../../server/src/panel/contract';

interface HeaderRowProps {
  /** Path in the form's values: `headers.0`. */
  name: string;
  header: HeaderInput;
  onChange: (header: HeaderInput) => void;
  onRemove: () => void;
}

/** One header. The server never returns the value of a secret header; null keeps the stored one. */
export const HeaderRow = ({ name, header, onChange, onRemove }: HeaderRowProps) => {
  const { formatMessage } = useIntl();
  const nameError = firstMessage(useField(`${name}.name`).rawError);
  const isReadOnly = useReadOnly();
  const valueError = firstMessage(useField(`${name}.value`).rawError);

  return (
    <Grid.Root gap={3}>
      <Grid.Item col={4} xs={12} alignItems="stretch">
        <Field.Root error={nameError} required width="100%">
          <Field.Label>{formatMessage(t('headers.name'))}</Field.Label>
          <TextInput
            value={header.name}
            disabled={isReadOnly}
            placeholder="Authorization"
            onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
              onChange({ ...header, name: event.target.value })
            }
          />
          <Field.Error />
        </Field.Root>
      </Grid.Item>
      <Grid.Item col={5} xs={12} alignItems="stretch">
        <Field.Root error={valueError} width="100%">
          <Field.Label>{formatMessage(t('headers.value'))}</Field.Label>
          <TextInput
            type={header.secret ? 'password' : 'text'}
            autoComplete="new-password"
            value={header.value ?? ''}
            disabled={isReadOnly}
            placeholder={header.value === null ? formatMessage(t('headers.stored')) : undefined}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
              onChange({ ...header, value: event.target.value })
            }
          />
          <Field.Error />
        </Field.Root>
      </Grid.Item>
      <Grid.Item col={3} xs={12} alignItems="flex-end" paddingBottom={1}>
        <Flex justifyContent="space-between" width="100%" gap={2}>
          <Checkbox
            checked={header.secret}
            disabled={isReadOnly}
            onCheckedChange={(secret) => onChange({ ...header, secret: secret === true })}
          >
            {formatMessage(t('headers.secret'))}
          </Checkbox>
          {!isReadOnly && (
            <IconButton
              variant="ghost"
              label={formatMessage(t('action.remove-what'), {
                what: header.name || formatMessage(t('headers.one')),
              })}
              onClick={onRemove}
            >
              <Trash />
            </IconButton>
          )}
        </Flex>
      </Grid.Item>
    </Grid.Root>
  );
};
