import { Box, Flex, Link, Typography } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { FreshRows } from '../../components/FreshRows';
import { CellDetail } from '../../components/FittingTable';
import { Instant } from '../../components/Instant';
import { KeysetPager } from '../../components/KeysetPager';
import { ListTable } from '../../components/ListTable';
import { Td, Tr } from '../../components/Table';
import { DeliveryDots } from '../../components/messages/DeliveryDots';
import { useCalmList } from '../../hooks/useCalmList';
import { useLiveRefetch } from '../../hooks/useRefetchWhile';
import { useTypeName } from '../../hooks/useTypeName';
import { useListWebhookEventsQuery } from '../../services/messages';
import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { ReactNode } from 'react';
import type { EventFilter, LoggedEvent } from '../../../../server/src/panel/contract';

const PAGE_SIZE = 20;
const COLUMNS = ['event', 'entry', 'deliveries', 'actor', 'created'] as const;
const MINOR: readonly string[] = ['actor'];

const isMoving = ({ deliveries }: LoggedEvent): boolean =>
  deliveries.some(({ state, held }) => state === 'active' || (state === 'pending' && !held));

const EventRow = ({ event }: { event: LoggedEvent }) => {
  const { formatMessage } = useIntl();
  const typeName = useTypeName();
  const { name, uid, entryTitle, entryDocumentId, entryLocale, actor, deliveries } = event;
  const [first] = deliveries;
  const type = uid === null ? null : [typeName(uid), entryLocale].filter(Boolean).join(' · ');

  return (
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
      <Td>{null}</Td>
    </Tr>
  );
};

interface EventListProps {
  filter: EventFilter;
  cursor: string | undefined;
  onGo: (cursor: string | undefined) => void;
  /** @param isPartial only a part of the log was searched. */
  emptyOf: (isPartial: boolean) => { content: string; action?: ReactNode };
}

/** Events, each with a dot for every delivery. */
export const EventList = ({ filter, cursor, onGo, emptyOf }: EventListProps) => {
  const { formatMessage } = useIntl();
  const { data, isLoading, refetch } = useListWebhookEventsQuery(
    { filter, cursor, pageSize: PAGE_SIZE },
    { refetchOnMountOrArgChange: true }
  );
  useLiveRefetch((data?.results ?? []).some(isMoving), refetch);
  const calm = useCalmList(
    data?.results ?? [],
    ({ id }) => id,
    JSON.stringify([filter, cursor ?? null])
  );

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Box>
        <FreshRows count={calm.fresh} onShow={calm.showFresh} />
        <ListTable
          rows={calm.rows}
          columns={COLUMNS.map((name) => ({
            name,
            isMinor: MINOR.includes(name),
            label: formatMessage(t(`events.column.${name}`)),
          }))}
          renderRow={(event) => <EventRow key={event.id} event={event} />}
          empty={emptyOf(data.searchedTo !== undefined)}
        />
      </Box>
      <KeysetPager
        cursor={cursor}
        nextCursor={data.nextCursor}
        searchedTo={data.searchedTo}
        onGo={onGo}
      />
    </Flex>
  );
};
