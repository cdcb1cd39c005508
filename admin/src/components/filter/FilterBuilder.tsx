import {
  Button,
  Field,
  Flex,
  SingleSelect,
  SingleSelectOption,
  Typography,
} from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import type { FilterPaths } from './filterPaths';
import { FilterRow } from './FilterRow';
import { filterOf, parseFilter, rowsOf, type FilterRows, type Kind } from './filterRows';

import type { Catalog } from '../../../../server/src/panel/contract';

interface FilterBuilderProps {
  /** The filter as JSON text; empty: none. */
  text: string;
  paths: FilterPaths;
  operators: Catalog['operators'];
  isReadOnly: boolean;
  onChange: (text: string) => void;
}

const NO_ROWS: FilterRows = { match: 'all', rows: [] };

const rowsOfText = (text: string): FilterRows | null => {
  if (text.trim() === '') return NO_ROWS;
  const filter = parseFilter(text);
  return filter === null ? null : rowsOf(filter);
};

/** Edits the filters that have no groups inside. */
export const FilterBuilder = ({
  text,
  paths,
  operators,
  isReadOnly,
  onChange,
}: FilterBuilderProps) => {
  const { formatMessage } = useIntl();
  // Rows keep what is being typed; another text comes from the JSON beside them.
  const [edited, setEdited] = useState({ text, rows: rowsOfText(text) });
  const shown = edited.text === text ? edited.rows : rowsOfText(text);
  const kindOf = (path: string): Kind =>
    paths.paths.find((one) => one.path === path)?.kind ?? 'text';

  if (shown === null) {
    return <Typography textColor="neutral600">{formatMessage(t('filter.only-json'))}</Typography>;
  }

  const set = (rows: FilterRows) => {
    const filter = filterOf(rows, kindOf);
    const next = filter === null ? '' : JSON.stringify(filter, null, 2);
    setEdited({ text: next, rows });
    onChange(next);
  };
  const operatorsAt = (path: string) => operators[kindOf(path)];
  const [first] = paths.paths;

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {shown.rows.length > 1 && (
        <Field.Root width="100%">
          <Field.Label>{formatMessage(t('filter.match'))}</Field.Label>
          <SingleSelect
            disabled={isReadOnly}
            value={shown.match}
            onChange={(match) => set({ ...shown, match: match === 'any' ? 'any' : 'all' })}
          >
            <SingleSelectOption value="all">{formatMessage(t('filter.all'))}</SingleSelectOption>
            <SingleSelectOption value="any">{formatMessage(t('filter.one'))}</SingleSelectOption>
          </SingleSelect>
        </Field.Root>
      )}
      {shown.rows.map((row, index) => (
        <FilterRow
          key={index}
          row={row}
          kind={kindOf(row.path)}
          paths={paths}
          operators={operatorsAt(row.path)}
          isReadOnly={isReadOnly}
          onChange={(changed) => {
            const known = operatorsAt(changed.path);
            const operator = known.includes(changed.operator) ? changed.operator : (known[0] ?? '');
            const next = { ...changed, operator };
            set({ ...shown, rows: shown.rows.map((one, at) => (at === index ? next : one)) });
          }}
          onRemove={() => set({ ...shown, rows: shown.rows.filter((_, at) => at !== index) })}
        />
      ))}
      {shown.rows.length === 0 && (
        <Typography textColor="neutral600">{formatMessage(t('filter.none'))}</Typography>
      )}
      {!isReadOnly && first !== undefined && (
        <Flex>
          <Button
            variant="secondary"
            size="S"
            startIcon={<Plus />}
            onClick={() => {
              const operator = operatorsAt(first.path)[0] ?? '$eq';
              set({ ...shown, rows: [...shown.rows, { path: first.path, operator, value: '' }] });
            }}
          >
            {formatMessage(t('filter.add'))}
          </Button>
        </Flex>
      )}
    </Flex>
  );
};
