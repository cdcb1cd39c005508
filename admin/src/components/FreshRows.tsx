import { Button, Flex } from '@strapi/design-system';
import { ArrowUp } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

interface FreshRowsProps {
  count: number;
  onShow: () => void;
}

/** Says how many new rows there are, and shows them when asked. */
export const FreshRows = ({ count, onShow }: FreshRowsProps) => {
  const { formatMessage } = useIntl();
  return (
    <Flex justifyContent="center" role="status" paddingBottom={count > 0 ? 4 : 0}>
      {count > 0 && (
        <Button
          size="S"
          variant="secondary"
          startIcon={<ArrowUp />}
          aria-keyshortcuts="n"
          onClick={onShow}
        >
          {formatMessage(t('list.fresh'), { count })}
        </Button>
      )}
    </Flex>
  );
};
