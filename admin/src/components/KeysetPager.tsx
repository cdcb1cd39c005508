import { Button, Flex, Typography } from '@strapi/design-system';
import { ChevronLeft, ChevronRight } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

interface KeysetPagerProps {
  cursor: string | undefined;
  nextCursor: string | undefined;
  /** Where the search stopped, because the log is longer than one search covers. */
  searchedTo?: number;
  /** Oldest first. */
  isAscending?: boolean;
  /** The list is not ordered by time. */
  isTimeless?: boolean;
  onGo: (cursor: string | undefined) => void;
}

const DOWN = ['pager.newest', 'pager.older'] as const;
const UP = ['pager.oldest', 'pager.newer'] as const;
const PAGES = ['pager.first', 'pager.next'] as const;

/** Newer and older buttons for a list paged by key, which needs no total count. */
export const KeysetPager = ({
  cursor,
  nextCursor,
  searchedTo,
  isAscending = false,
  isTimeless = false,
  onGo,
}: KeysetPagerProps) => {
  const { formatDate, formatMessage } = useIntl();
  const [first, next] = isTimeless ? PAGES : isAscending ? UP : DOWN;
  if (cursor === undefined && nextCursor === undefined) return null;

  return (
    <Flex
      tag="nav"
      aria-label={formatMessage(t('pager.label'))}
      justifyContent="flex-end"
      gap={2}
      wrap="wrap"
    >
      {searchedTo !== undefined && (
        <Typography textColor="neutral600" role="status">
          {formatMessage(t(isAscending ? 'pager.searched-up-to' : 'pager.searched-to'), {
            when: formatDate(searchedTo, { dateStyle: 'medium', timeStyle: 'short' }),
          })}
        </Typography>
      )}
      <Button
        variant="tertiary"
        startIcon={<ChevronLeft />}
        disabled={cursor === undefined}
        onClick={() => onGo(undefined)}
      >
        {formatMessage(t(first))}
      </Button>
      <Button
        variant="tertiary"
        endIcon={<ChevronRight />}
        disabled={nextCursor === undefined}
        onClick={() => onGo(nextCursor)}
      >
        {formatMessage(t(searchedTo === undefined || isAscending ? next : 'pager.further'))}
      </Button>
    </Flex>
  );
};
