import { Button, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { filterOf, type Reason } from './deadLetterReasons';
import { t } from '../../utils/translation';
import { Instant } from '../../components/Instant';
import { LabelledTable } from '../../components/LabelledTable';
import { Td, Tr } from '../../components/Table';
import { EndpointLink } from '../../components/messages/EndpointLink';
import { SectionCard } from '../../components/SectionCard';
import { StatusBadge } from '../../components/StatusBadge';

import type { BulkAction } from '../../services/messages';
import type { Can } from '../../hooks/usePermissions';
import type { MessageFilter } from '../../../../server/src/panel/contract';

const COLUMNS = ['endpoint', 'reason', 'count', 'since', 'newest'] as const;

interface ReasonListProps {
  reasons: readonly Reason[];
  can: Can;
  onShow: (filter: MessageFilter) => void;
  onBulk: (action: BulkAction, filter: MessageFilter) => void;
}

const Why = ({ reason }: { reason: Reason }) => {
  const { formatMessage } = useIntl();
  if (reason.status !== null)
    return <StatusBadge variant="danger">{String(reason.status)}</StatusBadge>;
  return (
    <StatusBadge variant="danger">
      {reason.outcomes.map((outcome) => formatMessage(t(`outcome.${outcome}`))).join(', ')}
    </StatusBadge>
  );
};

const ReasonRow = ({
  reason,
  can,
  onShow,
  onBulk,
}: { reason: Reason } & Omit<ReasonListProps, 'reasons'>) => {
  const { formatMessage, formatNumber } = useIntl();
  const filter = filterOf(reason);

  return (
    <Tr>
      <Td>
        <Typography>
          {reason.endpointId === null ? (
            formatMessage(t('dead.no-endpoint'))
          ) : (
            <EndpointLink endpoint={reason} />
          )}
        </Typography>
      </Td>
      <Td>
        <Why reason={reason} />
      </Td>
      <Td>
        <Typography fontWeight="bold">{formatNumber(reason.count)}</Typography>
      </Td>
      <Td>
        <Typography>
          <Instant at={reason.oldest} />
        </Typography>
      </Td>
      <Td>
        <Typography>
          <Instant at={reason.newest} />
        </Typography>
      </Td>
      <Td>
        <Flex gap={2} wrap="wrap" justifyContent="flex-end">
          <Button size="S" variant="tertiary" onClick={() => onShow(filter)}>
            {formatMessage(t('dead.show'))}
          </Button>
          {can('messages.replay') && !reason.endpointDeleted && (
            <Button size="S" variant="secondary" onClick={() => onBulk('replay', filter)}>
              {formatMessage(t('bulk.replay'))}
            </Button>
          )}
          {can('messages.delete') && (
            <Button size="S" variant="danger-light" onClick={() => onBulk('delete', filter)}>
              {formatMessage(t('bulk.delete'))}
            </Button>
          )}
        </Flex>
      </Td>
    </Tr>
  );
};

/** Failed messages by reason, with actions for each group. */
export const ReasonList = ({ reasons, ...handlers }: ReasonListProps) => {
  const { formatMessage } = useIntl();
  const labels = COLUMNS.map((column) => formatMessage(t(`dead.column.${column}`)));
  if (reasons.length === 0) return null;

  return (
    <SectionCard title={formatMessage(t('dead.reasons'))}>
      <LabelledTable labels={labels} hasButtons>
        {reasons.map((reason) => (
          <ReasonRow key={reason.key} reason={reason} {...handlers} />
        ))}
      </LabelledTable>
    </SectionCard>
  );
};
