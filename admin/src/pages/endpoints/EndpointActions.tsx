import { Button, Flex, SimpleMenu, MenuItem } from '@strapi/design-system';
import { ArrowsCounterClockwise, CodeBlock, Key, More, Stack, Trash } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import { EntryTest } from './EntryTest';
import { TestSend } from './TestSend';

import type { Can } from '../../hooks/usePermissions';
import type { EndpointDetail } from '../../services/endpoints';

/** Open dialog. */
export type EndpointDialog =
  'pause' | 'resume' | 'rotate' | 'delete' | 'replay' | 'backfill' | 'code';

interface EndpointActionsProps {
  endpoint: EndpointDetail;
  can: Can;
  onOpen: (dialog: EndpointDialog) => void;
}

const MoreActions = ({ endpoint, can, onOpen }: EndpointActionsProps) => {
  const { formatMessage } = useIntl();

  return (
    <SimpleMenu variant="tertiary" endIcon={<More />} label={formatMessage(t('endpoint.more'))}>
      {can('messages.replay') && (
        <MenuItem startIcon={<Stack />} onSelect={() => onOpen('backfill')}>
          {formatMessage(t('backfill'))}
        </MenuItem>
      )}
      {can('messages.replay') && (
        <MenuItem startIcon={<ArrowsCounterClockwise />} onSelect={() => onOpen('replay')}>
          {formatMessage(t('events.replay'))}
        </MenuItem>
      )}
      <MenuItem startIcon={<CodeBlock />} onSelect={() => onOpen('code')}>
        {formatMessage(t('code.copy'))}
      </MenuItem>
      {can('endpoints.rotate-secret') && (
        <MenuItem startIcon={<Key />} onSelect={() => onOpen('rotate')}>
          {formatMessage(t('rotate.action'))}
        </MenuItem>
      )}
      {can('endpoints.delete') && endpoint.managedBy === null && (
        <MenuItem startIcon={<Trash />} variant="danger" onSelect={() => onOpen('delete')}>
          {formatMessage(t('endpoint.delete'))}
        </MenuItem>
      )}
    </SimpleMenu>
  );
};

export const EndpointActions = ({ endpoint, can, onOpen }: EndpointActionsProps) => {
  const { formatMessage } = useIntl();
  return (
    <Flex gap={2} wrap="wrap">
      <MoreActions endpoint={endpoint} can={can} onOpen={onOpen} />
      {can('endpoints.update') && endpoint.state === 'active' && (
        <Button variant="tertiary" onClick={() => onOpen('pause')}>
          {formatMessage(t('pause.action'))}
        </Button>
      )}
      {can('endpoints.test') && can('topics.read') && endpoint.topics.length > 0 && (
        <EntryTest endpoint={endpoint} />
      )}
      {can('endpoints.test') && <TestSend endpoint={endpoint} />}
    </Flex>
  );
};
