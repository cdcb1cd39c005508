import { Button, Flex, Typography } from '@strapi/design-system';
import { ArrowsCounterClockwise, Trash } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import type { BulkAction } from '../../services/messages';
import type { Can } from '../../hooks/usePermissions';

interface BulkBarProps {
  can: Can;
  /** 0: the actions apply to everything that matches the filter. */
  selectedCount: number;
  onAsk: (action: BulkAction) => void;
}

/** Replays or deletes the selected messages, or all that match the filter. */
export const BulkBar = ({ can, selectedCount, onAsk }: BulkBarProps) => {
  const { formatMessage } = useIntl();
  const label = (action: 'replay' | 'delete') =>
    selectedCount > 0
      ? formatMessage(t(`bulk.${action}.selected`), { count: selectedCount })
      : formatMessage(t(`bulk.${action}.all`));

  return (
    <Flex gap={2} wrap="wrap" alignItems="center">
      <Typography textColor="neutral600">
        {formatMessage(t('bulk.selected'), { count: selectedCount })}
      </Typography>
      {can('messages.replay') && (
        <Button
          size="S"
          variant="secondary"
          startIcon={<ArrowsCounterClockwise />}
          aria-keyshortcuts="r"
          onClick={() => onAsk('replay')}
        >
          {label('replay')}
        </Button>
      )}
      {can('messages.delete') && (
        <Button
          size="S"
          variant="danger-light"
          startIcon={<Trash />}
          onClick={() => onAsk('delete')}
        >
          {label('delete')}
        </Button>
      )}
    </Flex>
  );
};
