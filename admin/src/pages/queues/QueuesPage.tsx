import { Button } from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { ListTable } from '../../components/ListTable';
import { DeleteQueueDialog } from './DeleteQueueDialog';
import { QueueDialog } from './QueueDialog';
import { QueueRow } from './QueueRow';
import { usePermissions } from '../../hooks/usePermissions';
import { useRefetchWhile } from '../../hooks/useRefetchWhile';
import { useListWebhookQueuesQuery } from '../../services/limits';
import { t } from '../../utils/translation';

import type { QueueView } from '../../../../server/src/panel/contract';

const COLUMNS = ['name', 'lag', 'parallelism', 'state', 'updated'] as const;

type Open = { dialog: 'create' } | { dialog: 'edit' | 'delete'; queue: QueueView };

/** Dialogs, mounted while open. */
const QueueDialogs = ({ open, onClose }: { open: Open | null; onClose: () => void }) => {
  switch (open?.dialog) {
    case 'create':
      return <QueueDialog queue={undefined} onClose={onClose} />;
    case 'edit':
      return <QueueDialog queue={open.queue} onClose={onClose} />;
    case 'delete':
      return <DeleteQueueDialog queue={open.queue} onClose={onClose} />;
    case undefined:
      return null;
  }
};

const isMoving = ({ lag, paused }: QueueView) => lag > 0 && !paused;

/** Page of the queues. */
export const QueuesPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { data, isLoading, isError, refetch } = useListWebhookQueuesQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const [open, setOpen] = useState<Open | null>(null);
  useRefetchWhile((data ?? []).some(isMoving), refetch);

  if (isLoading) return <Page.Loading />;
  if (isError || !data) return <Page.Error />;

  const create = can('queues.create') && (
    <Button startIcon={<Plus />} onClick={() => setOpen({ dialog: 'create' })}>
      {formatMessage(t('queues.create'))}
    </Button>
  );

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('queues.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('queues.title'))}
        subtitle={formatMessage(t('queues.subtitle'))}
        primaryAction={data.length > 0 && create}
      />
      <Layouts.Content>
        <ListTable
          rows={data.map((queue) => ({ ...queue, id: queue.name }))}
          columns={COLUMNS.map((name) => ({
            name,
            label: formatMessage(t(`queues.column.${name}`)),
          }))}
          renderRow={(queue) => (
            <QueueRow
              key={queue.name}
              queue={queue}
              can={can}
              onOpen={(dialog) => setOpen({ dialog, queue })}
            />
          )}
          empty={{ content: formatMessage(t('queues.empty')), action: create }}
        />
      </Layouts.Content>
      <QueueDialogs open={open} onClose={() => setOpen(null)} />
    </Page.Main>
  );
};
