import { Box, Button, Flex } from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { useSearchParams } from 'react-router-dom';

import { FlowKeyRow } from './FlowKeyRow';
import { GlobalLimit } from './GlobalLimit';
import { PinDialog } from './PinDialog';
import { SearchField } from '../../components/SearchField';
import { ListTable } from '../../components/ListTable';
import { KeysetPager } from '../../components/KeysetPager';
import { ClearFilters } from '../../components/ClearFilters';
import { usePermissions } from '../../hooks/usePermissions';
import { useRefetchWhile } from '../../hooks/useRefetchWhile';
import { useListWebhookFlowKeysQuery } from '../../services/limits';
import { t } from '../../utils/translation';

import type { FlowKeyView } from '../../../../server/src/panel/contract';

const PAGE_SIZE = 20;
const COLUMNS = ['key', 'rate', 'parallelism', 'waiting', 'state'] as const;

const isMoving = ({ waiting, inFlight, paused }: FlowKeyView) =>
  inFlight > 0 || (waiting > 0 && !paused);

const placeIn = (params: URLSearchParams) => ({
  search: params.get('search') ?? '',
  cursor: params.get('cursor') ?? undefined,
});

const queryOf = (search: string, cursor?: string) => ({
  ...(search !== '' && { search }),
  ...(cursor !== undefined && { cursor }),
});

/** Flow-control keys: limits shared by all messages with the same key. */
export const FlowControlPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const [params, setParams] = useSearchParams();
  const { search, cursor } = placeIn(params);
  const [pinned, setPinned] = useState<FlowKeyView | 'new' | null>(null);
  const { data, isLoading, refetch } = useListWebhookFlowKeysQuery(
    { search, cursor, pageSize: PAGE_SIZE },
    { refetchOnMountOrArgChange: true }
  );
  useRefetchWhile((data?.results ?? []).some(isMoving), refetch);

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;

  const find = (text: string) => setParams(queryOf(text));
  const create = can('flow-control.update') && (
    <Button startIcon={<Plus />} onClick={() => setPinned('new')}>
      {formatMessage(t('flow.create'))}
    </Button>
  );

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('flow.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('flow.title'))}
        subtitle={formatMessage(t('flow.subtitle'))}
        primaryAction={(data.results.length > 0 || search !== '') && create}
      />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={4}>
          <GlobalLimit global={data.global} />
          <Box maxWidth="40rem">
            <SearchField
              label="flow.search"
              placeholder="flow.search.placeholder"
              search={search}
              onSearch={find}
            />
          </Box>
          <ListTable
            rows={data.results.map((flowKey) => ({ ...flowKey, id: flowKey.key }))}
            columns={COLUMNS.map((name) => ({
              name,
              label: formatMessage(t(`flow.column.${name}`)),
            }))}
            renderRow={(flowKey) => (
              <FlowKeyRow
                key={flowKey.key}
                flowKey={flowKey}
                can={can}
                onPin={() => setPinned(flowKey)}
              />
            )}
            empty={
              search === ''
                ? { content: formatMessage(t('flow.empty')), action: create }
                : {
                    content: formatMessage(t('messages.none-match')),
                    action: <ClearFilters onClear={() => find('')} />,
                  }
            }
          />
          <KeysetPager
            cursor={cursor}
            nextCursor={data.nextCursor}
            onGo={(next) => setParams(queryOf(search, next))}
          />
        </Flex>
      </Layouts.Content>
      {pinned !== null && (
        <PinDialog
          flowKey={pinned === 'new' ? undefined : pinned}
          onClose={() => setPinned(null)}
        />
      )}
    </Page.Main>
  );
};
