import { Button } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

/** Shows the whole list again, where nothing matches. */
export const ClearFilters = ({ onClear }: { onClear: () => void }) => {
  const { formatMessage } = useIntl();
  return (
    <Button variant="secondary" onClick={onClear}>
      {formatMessage(t('filter.clear'))}
    </Button>
  );
};
