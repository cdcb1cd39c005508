import { Button, Flex, SimpleMenu, MenuItem } from '@strapi/design-system';
import { Key, More, Trash } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import { TestSend } from './TestSend';

import type { Can } from '../../hooks/usePermissions';
import type { EndpointDetail } from '../../services/endpoints';

/** Open dialog. */
export type EndpointDialog = 'pause' | 'resume' | 'rotate' | 'delete';

interface EndpointActionsProps {
  endpoint: EndpointDetail;
  can: Can;
  onOpen: (dialog: EndpointDialog) => void;
}

export const EndpointActions = ({ endpoint, can, onOpen }: EndpointActionsProps) => {
  const { formatMessage } = useIntl();
  const hasMore = can('endpoints.rotate-secret') || can('endpoints.delete');

  return (
    <Flex gap={2} wrap="wrap">
      {hasMore && (
        <SimpleMenu variant="tertiary" endIcon={<More />} label={formatMessage(t('endpoint.more'))}>
          {can('endpoints.rotate-secret') && (
            <MenuItem startIcon={<Key />} onSelect={() => onOpen('rotate')}>
              {formatMessage(t('rotate.action'))}
            </MenuItem>
          )}
          {can('endpoints.delete') && (
            <MenuItem startIcon={<Trash />} variant="danger" onSelect={() => onOpen('delete')}>
              {formatMessage(t('endpoint.delete'))}
            </MenuItem>
          )}
        </SimpleMenu>
      )}
      {can('endpoints.update') && endpoint.state === 'active' && (
        <Button variant="tertiary" onClick={() => onOpen('pause')}>
          {formatMessage(t('pause.action'))}
        </Button>
      )}
      {can('endpoints.test') && <TestSend endpoint={endpoint} />}
    </Flex>
  );
};
