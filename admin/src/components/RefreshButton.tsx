import { Button } from '@strapi/design-system';
import { ArrowClockwise } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

interface RefreshButtonProps {
  isBusy: boolean;
  onRefresh: () => unknown;
}

/** Reloads the data of a page. */
export const RefreshButton = ({ isBusy, onRefresh }: RefreshButtonProps) => {
  const { formatMessage } = useIntl();
  return (
    <Button
      variant="tertiary"
      startIcon={<ArrowClockwise />}
      onClick={() => void onRefresh()}
      disabled={isBusy}
    >
      {formatMessage(t('action.refresh'))}
    </Button>
  );
};
