import { Button, Flex } from '@strapi/design-system';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { useSearchParams } from 'react-router-dom';

import { EVENT_COLUMNS, EventList } from './EventList';
import { eventFilterOf } from './eventView';
import { MessageList } from './MessageList';
import { StatusTabs } from './StatusTabs';
import { ViewsMenu } from './ViewsMenu';
import { JobProgress } from '../../components/messages/JobProgress';
import { EventReplay } from '../../components/messages/EventReplay';
import { ExportMenu } from '../../components/messages/ExportMenu';
import { ListOptions } from '../../components/ListOptions';
import { ClearFilters } from '../../components/ClearFilters';
import { MESSAGE_COLUMNS } from '../../components/messages/MessageTable';
import { FilterBar } from '../../components/messages/FilterBar';
import { useMessageFilter } from '../../components/messages/useMessageFilter';
import { useListChoices, type ListChoices } from '../../hooks/useListChoices';
import { usePermissions } from '../../hooks/usePermissions';
import { filterQuery } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { MessageListFilter } from '../../../../server/src/panel/contract';

const PAGE_SIZE = 20;

/** The part of the filter that is about events. */
const matchOf = ({ event, uid, entryDocumentId, from, to }: MessageListFilter) => ({
  event,
  uid,
  entryDocumentId,
  from,
  to,
});

/** The lists of this page reload on their own. */
const NOTHING = () => undefined;

const LogOptions = ({ isByEvent, choices }: { isByEvent: boolean; choices: ListChoices }) => {
  const { formatMessage } = useIntl();
  const columns = isByEvent
    ? EVENT_COLUMNS.map((name) => ({ name, label: formatMessage(t(`events.column.${name}`)) }))
    : MESSAGE_COLUMNS.map((name) => ({ name, label: formatMessage(t(`messages.column.${name}`)) }));
  return <ListOptions choices={choices} columns={columns} />;
};

/** The log: by event, or by message where the filter is about messages. */
export const MessagesPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { filter, cursor, setFilter, setCursor } = useMessageFilter();
  const [params, setParams] = useSearchParams();
  const [isReplaying, setIsReplaying] = useState(false);
  const found = eventFilterOf(filter);
  // Titles are part of the payload: without them a search is one of URLs.
  const byEvent = found?.title === undefined || can('messages.read-payload') ? found : null;
  const isByEvent = byEvent !== null && params.get('by') !== 'message';
  const choices = useListChoices(isByEvent ? 'events' : 'messages', PAGE_SIZE, () =>
    setCursor(undefined)
  );
  const isNarrowed = Object.keys(filter).length > 0;

  const emptyOf = (isPartial: boolean) => {
    const nothing = isNarrowed ? t('messages.none-match') : t('messages.empty');
    return {
      content: formatMessage(isPartial ? t('messages.none-so-far') : nothing),
      action: isNarrowed && <ClearFilters onClear={() => setFilter({})} />,
    };
  };
  const list = { cursor, onGo: setCursor, emptyOf, choices };
  const showBy = (by: 'event' | 'message') => {
    const query = filterQuery(filter);
    if (by === 'message') query.set('by', by);
    setParams(query);
  };

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('messages.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('messages.title'))}
        subtitle={formatMessage(t('messages.subtitle'))}
        primaryAction={
          <Flex gap={2} wrap="wrap">
            {byEvent !== null && (
              <Button variant="tertiary" onClick={() => showBy(isByEvent ? 'message' : 'event')}>
                {formatMessage(t(isByEvent ? 'messages.by.message' : 'messages.by.event'))}
              </Button>
            )}
            {can('messages.replay') && can('endpoints.read') && (
              <Button variant="tertiary" onClick={() => setIsReplaying(true)}>
                {formatMessage(t('events.replay'))}
              </Button>
            )}
            <ExportMenu filter={filter} />
            <ViewsMenu filter={filter} onChange={setFilter} />
          </Flex>
        }
      />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={4}>
          <JobProgress onProgress={NOTHING} />
          <StatusTabs filter={filter} />
          <FilterBar
            filter={filter}
            onChange={setFilter}
            options={<LogOptions isByEvent={isByEvent} choices={choices} />}
          />
          {isByEvent ? (
            <EventList filter={byEvent} {...list} />
          ) : (
            <MessageList filter={filter} {...list} />
          )}
        </Flex>
      </Layouts.Content>
      {isReplaying && (
        <EventReplay
          filter={matchOf(filter)}
          onClose={() => setIsReplaying(false)}
          onStarted={NOTHING}
        />
      )}
    </Page.Main>
  );
};
