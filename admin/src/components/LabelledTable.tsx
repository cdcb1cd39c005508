import { VisuallyHidden } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import { FittingTable } from './FittingTable';
import { OpeningRows } from './OpeningRows';
import { Table, Th, Tr } from './Table';

import type { ReactNode } from 'react';

interface LabelledTableProps {
  labels: readonly string[];
  /** Indexes of the columns that are left out where there is little room. */
  minor?: readonly number[];
  /** A column of buttons comes last. */
  hasButtons?: boolean;
  /** Each row is an item that has a page, linked from the first cell. */
  opensRows?: boolean;
  /** Table rows. */
  children: ReactNode;
}

/** A table inside a section, without paging or sorting. */
export const LabelledTable = ({
  labels,
  minor = [],
  hasButtons = false,
  opensRows = false,
  children,
}: LabelledTableProps) => {
  const { formatMessage } = useIntl();

  return (
    <FittingTable labels={labels} minor={minor}>
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
        {opensRows ? <OpeningRows>{children}</OpeningRows> : <tbody>{children}</tbody>}
      </Table>
    </FittingTable>
  );
};
