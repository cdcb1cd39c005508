import { EmptyStateLayout, Th, VisuallyHidden } from '@strapi/design-system';
import { Table } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { EmptyDocuments } from '@strapi/icons/symbols';

import { t } from '../utils/translation';

import { FittingTable } from './FittingTable';

import type { ReactNode } from 'react';

interface Row {
  id: string | number;
}

interface ListTableProps<R extends Row> {
  rows: R[];
  columns: readonly { name: string; label: string }[];
  renderRow: (row: R) => ReactNode;
  /** Shown when there are no rows; says what to do next. */
  empty: { content: string; action?: ReactNode };
  isSelectable?: boolean;
  selected?: R[];
  onSelect?: (rows: R[]) => void;
}

/** Strapi's table with a last, unnamed column of actions, or an empty state. */
export const ListTable = <R extends Row>({
  rows,
  columns,
  renderRow,
  empty,
  isSelectable = false,
  selected,
  onSelect,
}: ListTableProps<R>) => {
  const { formatMessage } = useIntl();

  if (rows.length === 0) {
    return <EmptyStateLayout icon={<EmptyDocuments width="16rem" />} hasRadius {...empty} />;
  }
  return (
    <FittingTable labels={columns.map(({ label }) => label)} isSelectable={isSelectable} hasActions>
      <Table.Root
        rows={rows}
        headers={[...columns]}
        {...(isSelectable && { selectedRows: selected, onSelectedRowsChange: onSelect })}
      >
        <Table.Content>
          <Table.Head>
            {isSelectable && <Table.HeaderCheckboxCell />}
            {columns.map((column) => (
              <Table.HeaderCell key={column.name} {...column} />
            ))}
            <Th>
              <VisuallyHidden>{formatMessage(t('list.actions'))}</VisuallyHidden>
            </Th>
          </Table.Head>
          <Table.Body>{rows.map(renderRow)}</Table.Body>
        </Table.Content>
      </Table.Root>
    </FittingTable>
  );
};
