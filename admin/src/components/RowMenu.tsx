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
  /** What the actions are about, for those who cannot see the row. */
  name: string;
  /** False stands for an action that is not allowed. */
  actions: readonly (RowAction | false)[];
}

/** What can be done with a row: one button however many actions, so that narrow windows have room. */
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
