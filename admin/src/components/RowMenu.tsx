import { IconButton, MenuItem, SimpleMenu } from '@strapi/design-system';
import { More } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import type { ReactNode } from 'react';

export interface RowAction {
  label: string;
  icon?: ReactNode;
  isDanger?: boolean;
  onSelect: () => void;
}

interface RowMenuProps {
  /** Name of the row's item, for screen readers. */
  name: string;
  /** False: the user may not do it. */
  actions: readonly (RowAction | false)[];
}

/** Menu of a row's actions. */
export const RowMenu = ({ name, actions }: RowMenuProps) => {
  const { formatMessage } = useIntl();
  const allowed = actions.filter((action) => action !== false);
  if (allowed.length === 0) return null;

  return (
    <SimpleMenu
      tag={IconButton}
      icon={<More />}
      variant="ghost"
      label={formatMessage(t('action.more-about'), { what: name })}
    >
      {allowed.map(({ label, icon, isDanger = false, onSelect }) => (
        <MenuItem
          key={label}
          startIcon={icon}
          variant={isDanger ? 'danger' : 'default'}
          onSelect={onSelect}
        >
          {label}
        </MenuItem>
      ))}
    </SimpleMenu>
  );
};
