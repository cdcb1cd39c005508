import {
  Combobox,
  ComboboxOption,
  Field,
  Grid,
  IconButton,
  MultiSelect,
  MultiSelectOption,
  SingleSelect,
  SingleSelectOption,
  TextInput,
} from '@strapi/design-system';
import { Trash } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import type { FilterPaths } from './filterPaths';
import { PRESENCE, type FilterRow as Row, type Kind } from './filterRows';

interface FilterRowProps {
  row: Row;
  kind: Kind;
  paths: FilterPaths;
  operators: readonly string[];
  isReadOnly: boolean;
  onChange: (row: Row) => void;
  onRemove: () => void;
}

const TRUE_FALSE = ['true', 'false'];

/** The operand: a choice where there are few values, text otherwise. */
const ValueInput = ({ row, kind, paths, isReadOnly, onChange }: FilterRowProps) => {
  const set = (value: string) => onChange({ ...row, value });

  if (kind === 'names') {
    const chosen = row.value.split(',').map((name) => name.trim());
    return (
      <MultiSelect
        disabled={isReadOnly || paths.changeable.length === 0}
        value={chosen.filter((name) => name !== '')}
        onChange={(names: string[]) => set(names.join(', '))}
        onClear={isReadOnly ? undefined : () => set('')}
      >
        {paths.changeable.map((name) => (
          <MultiSelectOption key={name} value={name}>
            {name}
          </MultiSelectOption>
        ))}
      </MultiSelect>
    );
  }
  if (kind === 'boolean' || PRESENCE.includes(row.operator)) {
    return (
      <SingleSelect
        disabled={isReadOnly}
        value={row.value}
        onChange={(value) => set(String(value))}
      >
        {TRUE_FALSE.map((value) => (
          <SingleSelectOption key={value} value={value}>
            {value}
          </SingleSelectOption>
        ))}
      </SingleSelect>
    );
  }
  return (
    <TextInput
      disabled={isReadOnly}
      value={row.value}
      autoComplete="off"
      onChange={(event: React.ChangeEvent<HTMLInputElement>) => set(event.target.value)}
    />
  );
};

/** One condition: name, operator, value. */
export const FilterRow = (props: FilterRowProps) => {
  const { row, paths, operators, isReadOnly, onChange, onRemove } = props;
  const { formatMessage } = useIntl();

  return (
    <Grid.Root gap={2}>
      <Grid.Item col={4} xs={12} alignItems="stretch">
        <Field.Root width="100%">
          <Field.Label>{formatMessage(t('filter.name'))}</Field.Label>
          <Combobox
            disabled={isReadOnly}
            value={row.path}
            onChange={(path) => path && onChange({ ...row, path })}
          >
            {paths.paths.map(({ path }) => (
              <ComboboxOption key={path} value={path}>
                {path}
              </ComboboxOption>
            ))}
          </Combobox>
        </Field.Root>
      </Grid.Item>
      <Grid.Item col={4} xs={12} alignItems="stretch">
        <Field.Root width="100%">
          <Field.Label>{formatMessage(t('filter.operator'))}</Field.Label>
          <SingleSelect
            disabled={isReadOnly}
            value={row.operator}
            onChange={(operator) => onChange({ ...row, operator: String(operator) })}
          >
            {operators.map((operator) => (
              <SingleSelectOption key={operator} value={operator}>
                {operator}
              </SingleSelectOption>
            ))}
          </SingleSelect>
        </Field.Root>
      </Grid.Item>
      <Grid.Item col={3} xs={10} alignItems="stretch">
        <Field.Root width="100%">
          <Field.Label>{formatMessage(t('filter.value'))}</Field.Label>
          <ValueInput {...props} />
        </Field.Root>
      </Grid.Item>
      <Grid.Item col={1} xs={2} alignItems="flex-end" justifyContent="flex-end" paddingBottom={1}>
        <IconButton
          variant="ghost"
          disabled={isReadOnly}
          label={formatMessage(t('action.remove-what'), { what: row.path })}
          onClick={onRemove}
        >
          <Trash />
        </IconButton>
      </Grid.Item>
    </Grid.Root>
  );
};
