import { useIntl } from 'react-intl';

import { t, type TranslationKey } from '../utils/translation';
import { CellDetail } from './FittingTable';
import { Notice } from './Notice';

interface ManagedProps {
  /** Null: it is edited in the panel. */
  file: string | null;
}

/** Names the file that manages an item, in its row. */
export const ManagedBy = ({ file }: ManagedProps) => {
  const { formatMessage } = useIntl();
  if (file === null) return null;
  return <CellDetail>{formatMessage(t('managed.by'), { file })}</CellDetail>;
};

interface ManagedNoticeProps extends ManagedProps {
  /** Says which actions are left. */
  text?: TranslationKey;
}

/** Says why the settings of an item cannot be changed, and where they can. */
export const ManagedNotice = ({ file, text = 'managed.notice' }: ManagedNoticeProps) => {
  const { formatMessage } = useIntl();
  if (file === null) return null;
  return (
    <Notice variant="secondary" title={formatMessage(t('managed.by'), { file })}>
      {formatMessage(t(text))}
    </Notice>
  );
};
