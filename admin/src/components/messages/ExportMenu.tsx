import { MenuItem, SimpleMenu } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useExport } from '../../hooks/useExport';
import { usePermissions } from '../../hooks/usePermissions';
import { t } from '../../utils/translation';

import type { MessageListFilter } from '../../../../server/src/panel/contract';

const FORMATS = ['csv', 'json'] as const;

/** Saves the messages that the filter matches, with their payloads for those who may read them. */
export const ExportMenu = ({ filter }: { filter: MessageListFilter }) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { isBusy, run } = useExport(filter);
  const contents = can('messages.read-payload') ? [false, true] : [false];

  return (
    <SimpleMenu
      variant="tertiary"
      disabled={isBusy}
      label={formatMessage(t(isBusy ? 'export.busy' : 'export.title'))}
    >
      {contents.flatMap((payloads) =>
        FORMATS.map((format) => (
          <MenuItem key={`${format} ${payloads}`} onSelect={() => void run({ format, payloads })}>
            {formatMessage(t(payloads ? 'export.with-payloads' : 'export.without'), {
              format: format.toUpperCase(),
            })}
          </MenuItem>
        ))
      )}
    </SimpleMenu>
  );
};
