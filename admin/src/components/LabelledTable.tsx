import { Table, Tbody, Th, Thead, Tr, Typography, VisuallyHidden } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import { FittingTable } from './FittingTable';

import type { ReactNode } from 'react';

interface LabelledTableProps {
  labels: readonly string[];
  rowCount: number;
  /** A column of buttons comes last. */
  hasButtons?: boolean;
  /** Table rows. */
  children: ReactNode;
}

/** A table inside a section, without paging or sorting. */
export const LabelledTable = ({
  labels,
  rowCount,
  hasButtons = false,
  children,
}: LabelledTableProps) => {
  const { formatMessage } = useIntl();

  return (
    <FittingTable labels={labels}>
      <Table colCount={labels.length + (hasButtons ? 1 : 0)} rowCount={rowCount + 1}>
        <Thead>
          <Tr>
            {labels.map((label) => (
              <Th key={label}>
                <Typography variant="sigma">{label}</Typography>
              </Th>
            ))}
            {hasButtons && (
              <Th>
                <VisuallyHidden>{formatMessage(t('list.actions'))}</VisuallyHidden>
              </Th>
            )}
          </Tr>
        </Thead>
        <Tbody>{children}</Tbody>
      </Table>
    </FittingTable>
  );
};
