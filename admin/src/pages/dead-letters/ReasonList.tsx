import { Button, Typography } from '@strapi/design-system';
import { useId, useState } from 'react';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { filterOf, type Reason } from './deadLetterReasons';
import { t } from '../../utils/translation';
import { diagnose } from '../../components/doctor/diagnose';
import { Instant } from '../../components/Instant';
import { LabelledTable } from '../../components/LabelledTable';
import { OpenRowButton } from '../../components/OpenRowButton';
import { Td, Tr } from '../../components/Table';
import { EndpointLink } from '../../components/messages/EndpointLink';
import { SectionCard } from '../../components/SectionCard';
import { StatusBadge } from '../../components/StatusBadge';
import { ReasonMessages } from './ReasonMessages';

import type { BulkAction } from '../../services/messages';
import type { Can } from '../../hooks/usePermissions';
import type { MessageFilter } from '../../../../server/src/panel/contract';

const COLUMNS = ['endpoint', 'reason', 'count', 'since', 'newest'] as const;
const MINOR = [COLUMNS.indexOf('since')];

interface ReasonListProps {
  reasons: readonly Reason[];
  can: Can;
  onShow: (filter: MessageFilter) => void;
  onBulk: (action: BulkAction, filter: MessageFilter) => void;
}

/** In one line where the table is wide enough for it. */
const Buttons = styled.div`
  display: flex;
  flex-wrap: wrap;
  justify-content: flex-end;
  gap: ${({ theme }) => theme.spaces[2]};

  @container (min-width: 800px) {
    flex-wrap: nowrap;
  }
`;

const Why = ({ reason }: { reason: Reason }) => {
  const { formatMessage } = useIntl();
  const { status, outcomes, failure } = reason;
  const words = outcomes.map((outcome) => formatMessage(t(`outcome.${outcome}`)));
  return (
    <>
      <StatusBadge variant="danger">
        {status === null ? words.join(', ') : String(status)}
      </StatusBadge>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {formatMessage(t(`doctor.${diagnose(failure).cause}`))}
      </Typography>
    </>
  );
};

const ReasonRow = ({
  reason,
  can,
  onShow,
  onBulk,
}: { reason: Reason } & Omit<ReasonListProps, 'reasons'>) => {
  const { formatMessage, formatNumber } = useIntl();
  const [isOpen, setIsOpen] = useState(false);
  const detailId = useId();
  const filter = filterOf(reason);

  return (
    <>
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
          <Buttons>
            <OpenRowButton
              label={formatMessage(t(isOpen ? 'dead.close' : 'dead.open'))}
              isOpen={isOpen}
              detailId={detailId}
              onToggle={() => setIsOpen(!isOpen)}
            />
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
          </Buttons>
        </Td>
      </Tr>
      {isOpen && (
        <Tr id={detailId}>
          <Td colSpan={COLUMNS.length + 1}>
            <ReasonMessages reason={reason} />
          </Td>
        </Tr>
      )}
    </>
  );
};

/** Failed messages by reason, with actions for each group. */
export const ReasonList = ({ reasons, ...handlers }: ReasonListProps) => {
  const { formatMessage } = useIntl();
  const labels = COLUMNS.map((column) => formatMessage(t(`dead.column.${column}`)));
  if (reasons.length === 0) return null;

  return (
    <SectionCard title={formatMessage(t('dead.reasons'))}>
      <LabelledTable labels={labels} minor={MINOR} hasButtons>
        {reasons.map((reason) => (
          <ReasonRow key={reason.key} reason={reason} {...handlers} />
        ))}
      </LabelledTable>
    </SectionCard>
  );
};
