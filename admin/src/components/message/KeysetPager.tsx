import { Button, Flex } from '@strapi/design-system';
import { ChevronLeft, ChevronRight } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

interface KeysetPagerProps {
  cursor: string | undefined;
  nextCursor: string | undefined;
  onGo: (cursor: string | undefined) => void;
}

/** Newest and older: a list paged by key has no page numbers, and needs no count of a million rows. */
export const KeysetPager = ({ cursor, nextCursor, onGo }: KeysetPagerProps) => {
  const { formatMessage } = useIntl();
  if (cursor === undefined && nextCursor === undefined) return null;

  return (
    <Flex tag="nav" aria-label={formatMessage(t('pager.label'))} justifyContent="flex-end" gap={2}>
      <Button
        variant="tertiary"
        startIcon={<ChevronLeft />}
        disabled={cursor === undefined}
        onClick={() => onGo(undefined)}
      >
        {formatMessage(t('pager.newest'))}
      </Button>
      <Button
        variant="tertiary"
        endIcon={<ChevronRight />}
        disabled={nextCursor === undefined}
        onClick={() => onGo(nextCursor)}
      >
        {formatMessage(t('pager.older'))}
      </Button>
    </Flex>
  );
};
