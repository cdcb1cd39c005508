import { VisuallyHidden } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import { FittingTable } from './FittingTable';
import { Table, Th, Tr } from './Table';

import type { ReactNode } from 'react';

interface LabelledTableProps {
  labels: readonly string[];
  /** A column of buttons comes last. */
  hasButtons?: boolean;
  /** Table rows. */
  children: ReactNode;
}

/** A table inside a section, without paging or sorting. */
export const LabelledTable = ({ labels, hasButtons = false, children }: LabelledTableProps) => {
  const { formatMessage } = useIntl();

  return (
    <FittingTable labels={labels}>
      <Table>
        <thead>
          <Tr>
            {labels.map((label) => (
              <Th key={label}>{label}</Th>
            ))}
            {hasButtons && (
              <Th>
                <VisuallyHidden>{formatMessage(t('list.actions'))}</VisuallyHidden>
              </Th>
            )}
          </Tr>
        </thead>
        <tbody>{children}</tbody>
      </Table>
    </FittingTable>
  );
};
