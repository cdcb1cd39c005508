import { Flex, IconButton } from '@strapi/design-system';
import { Pencil, Trash } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { useNavigate } from 'react-router-dom';

import { t } from '../utils/translation';

interface RowActionsProps {
  /** Name of the row's item, for screen readers. */
  what: string;
  editPath: string;
  /** Undefined without the right to delete. */
  onDelete: (() => void) | undefined;
}

/** Edit and delete buttons at the end of a table row. */
export const RowActions = ({ what, editPath, onDelete }: RowActionsProps) => {
  const { formatMessage } = useIntl();
  const navigate = useNavigate();

  return (
    <Flex justifyContent="flex-end" gap={1}>
      <IconButton
        variant="ghost"
        label={formatMessage(t('action.edit-what'), { what })}
        onClick={() => navigate(editPath)}
      >
        <Pencil />
      </IconButton>
      {onDelete !== undefined && (
        <IconButton
          variant="ghost"
          label={formatMessage(t('action.delete-what'), { what })}
          onClick={onDelete}
        >
          <Trash />
        </IconButton>
      )}
    </Flex>
  );
};
