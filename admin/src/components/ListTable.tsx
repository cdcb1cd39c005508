import { Checkbox, EmptyStateLayout, VisuallyHidden } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { EmptyDocuments } from '@strapi/icons/symbols';

import { t } from '../utils/translation';

import { FittingTable } from './FittingTable';
import { OpeningRows } from './OpeningRows';
import { SortButton, Table, Td, Th, Tr } from './Table';

import type { ReactNode } from 'react';
import type { ListChoices } from '../hooks/useListChoices';

export interface Selection {
  selected: readonly string[];
  onSelect: (ids: string[]) => void;
}

interface Row {
  id: string | number;
}

interface Column {
  name: string;
  label: string;
  /** Left out where there is little room. */
  isMinor?: boolean;
  isSortable?: boolean;
}

interface ListTableProps<R extends Row> {
  rows: R[];
  columns: readonly Column[];
  renderRow: (row: R) => ReactNode;
  /** Shown when there are no rows; says what to do next. */
  empty: { content: string; action?: ReactNode };
  /** Absent: no checkboxes. */
  selection?: Selection;
  /** Absent: the list is always as it is. */
  choices?: ListChoices;
}

/** Checkbox at the start of a row. */
export const SelectCell = ({ id, selection }: { id: string; selection: Selection }) => {
  const { formatMessage } = useIntl();
  const { selected, onSelect } = selection;
  return (
    <Td>
      <Checkbox
        aria-label={formatMessage(t('list.select'), { what: id })}
        checked={selected.includes(id)}
        onCheckedChange={(checked) =>
          onSelect(checked === true ? [...selected, id] : selected.filter((one) => one !== id))
        }
      />
    </Td>
  );
};

const SelectAll = ({ ids, selection }: { ids: string[]; selection: Selection }) => {
  const { formatMessage } = useIntl();
  const count = ids.filter((id) => selection.selected.includes(id)).length;
  return (
    <Th>
      <Checkbox
        aria-label={formatMessage(t('list.select-all'))}
        checked={count > 0 && count < ids.length ? 'indeterminate' : count > 0}
        onCheckedChange={() => selection.onSelect(count < ids.length ? ids : [])}
      />
    </Th>
  );
};

/** A table whose rows open on a click, with a last, unnamed column of actions, or an empty state. */
export const ListTable = <R extends Row>({
  rows,
  columns,
  renderRow,
  empty,
  selection,
  choices,
}: ListTableProps<R>) => {
  const { formatMessage } = useIntl();

  if (rows.length === 0) {
    return <EmptyStateLayout icon={<EmptyDocuments width="16rem" />} hasRadius {...empty} />;
  }
  return (
    <FittingTable
      labels={columns.map(({ label }) => label)}
      minor={columns.flatMap(({ isMinor }, index) => (isMinor ? [index] : []))}
      hidden={columns.flatMap(({ name }, index) => (choices?.hidden.includes(name) ? [index] : []))}
      isSelectable={selection !== undefined}
      hasActions
    >
      <Table>
        <thead>
          <Tr>
            {selection && (
              <SelectAll ids={rows.map(({ id }) => String(id))} selection={selection} />
            )}
            {columns.map(({ name, label, isSortable = false }) => (
              <Th key={name} order={choices?.order?.by === name ? choices.order : null}>
                {isSortable && choices !== undefined ? (
                  <SortButton onClick={() => choices.sortBy(name)}>{label}</SortButton>
                ) : (
                  label
                )}
              </Th>
            ))}
            <Th>
              <VisuallyHidden>{formatMessage(t('list.actions'))}</VisuallyHidden>
            </Th>
          </Tr>
        </thead>
        <OpeningRows>{rows.map(renderRow)}</OpeningRows>
      </Table>
    </FittingTable>
  );
};
