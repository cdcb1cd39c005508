import { Box, Button, Flex, Popover } from '@strapi/design-system';
import { Filter } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { countFilters } from './filterParams';
import { t } from '../../utils/translation';

import { SearchField } from '../SearchField';
import { FilterChips } from './FilterChips';
import { FilterFields } from './FilterFields';

import type { ReactNode } from 'react';
import type { MessageListFilter } from '../../../../server/src/panel/contract';

/** Radix tells how much room the popover has in the window. */
const Scrolling = styled.div`
  max-height: calc(var(--radix-popover-content-available-height) - 2rem);
  overflow-y: auto;
`;

const SearchBox = styled.div`
  width: min(100%, 32rem);
`;

interface FilterBarProps {
  filter: MessageListFilter;
  onChange: (filter: MessageListFilter) => void;
  /** Hides the filter for the state. */
  hasFixedState?: boolean;
  /** At the end of the row. */
  options?: ReactNode;
}

/** Search and filters of a message list. */
export const FilterBar = ({ filter, onChange, hasFixedState = false, options }: FilterBarProps) => {
  const { formatMessage } = useIntl();
  const count = countFilters(filter);

  return (
    <Flex direction="column" alignItems="stretch" gap={3}>
      <Flex gap={2} wrap="wrap" alignItems="center">
        <SearchBox>
          <SearchField
            label="filter.search"
            placeholder="filter.search.placeholder"
            search={filter.search ?? ''}
            onSearch={(search) => onChange({ ...filter, search })}
          />
        </SearchBox>
        <Popover.Root>
          <Popover.Trigger>
            <Button variant="tertiary" size="S" startIcon={<Filter />}>
              {formatMessage(t('filter.button'), { count })}
            </Button>
          </Popover.Trigger>
          <Popover.Content align="start" aria-label={formatMessage(t('filter.button'), { count })}>
            <Scrolling>
              <FilterFields filter={filter} onChange={onChange} hasFixedState={hasFixedState} />
            </Scrolling>
          </Popover.Content>
        </Popover.Root>
        {(count > 0 || filter.search) && (
          <Button variant="ghost" size="S" onClick={() => onChange({})}>
            {formatMessage(t('filter.clear'))}
          </Button>
        )}
        {options !== undefined && <Box marginLeft="auto">{options}</Box>}
      </Flex>
      <FilterChips
        filter={hasFixedState ? { ...filter, state: undefined } : filter}
        onChange={onChange}
      />
    </Flex>
  );
};
