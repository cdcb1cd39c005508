import { Box, Flex } from '@strapi/design-system';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useRef, useState } from 'react';
import { useIntl } from 'react-intl';

import { BulkBar } from './BulkBar';
import { BulkDialog, type BulkQuestion } from './BulkDialog';
import { JobProgress } from '../../components/messages/JobProgress';
import { ReasonList } from './ReasonList';
import { ExportMenu } from '../../components/messages/ExportMenu';
import { FilterBar } from '../../components/messages/FilterBar';
import { KeysetPager } from '../../components/KeysetPager';
import { ListOptions } from '../../components/ListOptions';
import { ClearFilters } from '../../components/ClearFilters';
import { MESSAGE_COLUMNS, MessageTable } from '../../components/messages/MessageTable';
import { useMessageFilter } from '../../components/messages/useMessageFilter';
import { sortParam, useListChoices } from '../../hooks/useListChoices';
import { usePermissions } from '../../hooks/usePermissions';
import { useListDeadLetterGroupsQuery, useListWebhookMessagesQuery } from '../../services/messages';
import { reasonsOf } from './deadLetterReasons';
import { t } from '../../utils/translation';

import type { MessageFilter } from '../../../../server/src/panel/contract';

const PAGE_SIZE = 50;

/** The dead-letter queue. */
export const DeadLettersPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { filter, cursor, setFilter, setCursor } = useMessageFilter();
  const choices = useListChoices('dead-letters', PAGE_SIZE, () => setCursor(undefined));
  const list = useRef<HTMLDivElement>(null);
  const [ticked, setTicked] = useState<string[]>([]);
  const [question, setQuestion] = useState<BulkQuestion | null>(null);
  const deadFilter: MessageFilter = { ...filter, state: ['dead'] };
  const fresh = { refetchOnMountOrArgChange: true } as const;
  const messages = useListWebhookMessagesQuery(
    { filter: deadFilter, cursor, pageSize: choices.pageSize, sort: sortParam(choices) },
    fresh
  );
  const groups = useListDeadLetterGroupsQuery(undefined, fresh);

  if (messages.isLoading || groups.isLoading) return <Page.Loading />;
  if (!messages.data || !groups.data) return <Page.Error />;

  // Only messages on the current page can be selected.
  const selected = messages.data.results
    .map(({ messageId }) => messageId)
    .filter((messageId) => ticked.includes(messageId));
  const canAct = can('messages.replay') || can('messages.delete');
  const isNarrowed = Object.keys(filter).length > 0;
  // The page fixes the state.
  const narrow = (next: MessageFilter) => setFilter({ ...next, state: undefined });
  const refresh = () => {
    void messages.refetch();
    void groups.refetch();
  };

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('dead.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('dead.title'))}
        subtitle={formatMessage(t('dead.subtitle'))}
        primaryAction={<ExportMenu filter={deadFilter} />}
      />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={5}>
          <JobProgress onProgress={refresh} />
          <ReasonList
            reasons={reasonsOf(groups.data)}
            can={can}
            onShow={(reason) => {
              narrow(reason);
              list.current?.scrollIntoView();
              list.current?.focus({ preventScroll: true });
            }}
            onBulk={(action, target) => setQuestion({ action, target: { filter: target } })}
          />
          <Box ref={list} tabIndex={-1}>
            <FilterBar
              filter={filter}
              onChange={narrow}
              hasFixedState
              options={
                <ListOptions
                  choices={choices}
                  columns={MESSAGE_COLUMNS.map((name) => ({
                    name,
                    label: formatMessage(t(`messages.column.${name}`)),
                  }))}
                />
              }
            />
          </Box>
          {canAct && messages.data.results.length > 0 && (
            <BulkBar
              can={can}
              selectedCount={selected.length}
              onAsk={(action) =>
                setQuestion({
                  action,
                  target: {
                    filter:
                      selected.length > 0 ? { state: ['dead'], messageId: selected } : deadFilter,
                  },
                })
              }
            />
          )}
          <MessageTable
            messages={messages.data.results}
            choices={choices}
            {...(canAct && { selection: { selected, onSelect: setTicked } })}
            empty={{
              content: formatMessage(t(isNarrowed ? 'messages.none-match' : 'dead.empty')),
              action: isNarrowed && <ClearFilters onClear={() => narrow({})} />,
            }}
          />
          <KeysetPager
            cursor={cursor}
            nextCursor={messages.data.nextCursor}
            searchedTo={messages.data.searchedTo}
            isAscending={sortParam(choices) !== undefined}
            onGo={setCursor}
          />
        </Flex>
      </Layouts.Content>
      {question !== null && (
        <BulkDialog
          question={question}
          onClose={() => setQuestion(null)}
          onDone={() => setTicked([])}
        />
      )}
    </Page.Main>
  );
};
