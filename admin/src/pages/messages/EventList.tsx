import { Link, Typography } from '@strapi/design-system';
import { useId, useState } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { CellDetail } from '../../components/FittingTable';
import { Instant } from '../../components/Instant';
import { ListTable } from '../../components/ListTable';
import { LiveList, type LiveListProps } from '../../components/LiveList';
import { OpenRowButton } from '../../components/OpenRowButton';
import { Td, Tr } from '../../components/Table';
import { DeliveryDots } from '../../components/messages/DeliveryDots';
import { sortParam } from '../../hooks/useListChoices';
import { useTypeName } from '../../hooks/useTypeName';
import { useListWebhookEventsQuery } from '../../services/messages';
import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';

import { EventDeliveries } from './EventDeliveries';

import type { EventFilter, LoggedEvent } from '../../../../server/src/panel/contract';

export const EVENT_COLUMNS = ['event', 'entry', 'deliveries', 'actor', 'created'] as const;
const MINOR: readonly string[] = ['actor'];

const isMoving = ({ deliveries }: LoggedEvent): boolean =>
  deliveries.some(({ state, held }) => state === 'active' || (state === 'pending' && !held));

const EventRow = ({ event }: { event: LoggedEvent }) => {
  const { formatMessage } = useIntl();
  const typeName = useTypeName();
  const [isOpen, setIsOpen] = useState(false);
  const detailId = useId();
  const { name, uid, entryTitle, entryDocumentId, entryLocale, actor, deliveries } = event;
  const [first] = deliveries;
  const type = uid === null ? null : [typeName(uid), entryLocale].filter(Boolean).join(' · ');

  return (
    <>
      <Tr>
        <Td>
          {first === undefined ? (
            <Typography>{name}</Typography>
          ) : (
            <Link tag={NavLink} to={messagePath(first.messageId)}>
              {name}
            </Link>
          )}
        </Td>
        <Td>
          <Typography tag="p" style={{ overflowWrap: 'anywhere' }}>
            {entryTitle ?? entryDocumentId ?? '–'}
          </Typography>
          {type !== null && <CellDetail>{type}</CellDetail>}
        </Td>
        <Td>
          <DeliveryDots event={event} />
        </Td>
        <Td>
          <Typography>
            {formatMessage(t(`actor.${actor.kind}`), { label: actor.label ?? '' })}
          </Typography>
        </Td>
        <Td>
          <Typography>
            <Instant at={event.createdAt} />
          </Typography>
        </Td>
        <Td>
          {first !== undefined && (
            <OpenRowButton
              label={formatMessage(t(isOpen ? 'events.close' : 'events.open'))}
              isOpen={isOpen}
              detailId={detailId}
              onToggle={() => setIsOpen(!isOpen)}
            />
          )}
        </Td>
      </Tr>
      {isOpen && (
        <Tr id={detailId}>
          <Td colSpan={EVENT_COLUMNS.length + 1}>
            <EventDeliveries event={event} />
          </Td>
        </Tr>
      )}
    </>
  );
};

/** Events, each with a dot for every delivery. A row opens to its deliveries. */
export const EventList = (list: LiveListProps<EventFilter>) => {
  const { formatMessage } = useIntl();
  const { filter, cursor, choices } = list;
  const page = useListWebhookEventsQuery(
    { filter, cursor, pageSize: choices.pageSize, sort: sortParam(choices) },
    { refetchOnMountOrArgChange: true }
  );
  return (
    <LiveList {...list} page={page} keyOf={({ id }) => id} isMoving={isMoving}>
      {(rows, empty) => (
        <ListTable
          rows={rows}
          columns={EVENT_COLUMNS.map((name) => ({
            name,
            isSortable: name === 'created',
            isMinor: MINOR.includes(name),
            label: formatMessage(t(`events.column.${name}`)),
          }))}
          renderRow={(event) => <EventRow key={event.id} event={event} />}
          empty={empty}
          choices={choices}
        />
      )}
    </LiveList>
  );
};
