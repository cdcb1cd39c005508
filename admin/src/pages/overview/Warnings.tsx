import { Alert, Flex } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

/** Warnings of the server. Closed ones return on the next visit. */
export const Warnings = ({ warnings }: { warnings: string[] }) => {
  const { formatMessage } = useIntl();
  const [dismissed, setDismissed] = useState<string[]>([]);
  const shown = warnings.filter((warning) => !dismissed.includes(warning));

  if (shown.length === 0) return null;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      {shown.map((warning) => (
        <Alert
          key={warning}
          variant="warning"
          title={formatMessage(t('overview.warning'))}
          closeLabel={formatMessage(t('action.dismiss'))}
          onClose={() => setDismissed([...dismissed, warning])}
        >
          {warning}
        </Alert>
      ))}
    </Flex>
  );
};
