import { Button, Flex, Popover, Searchbar, SearchForm } from '@strapi/design-system';
import { Filter } from '@strapi/icons';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { countFilters } from './filterParams';
import { t } from '../../utils/translation';

import { FilterFields } from './FilterFields';

import type { MessageFilter } from '../../../../server/src/panel/contract';

interface FilterBarProps {
  filter: MessageFilter;
  onChange: (filter: MessageFilter) => void;
  /** Hides the filter for the state. */
  hasFixedState?: boolean;
}

/** Search and filters of a message list. */
export const FilterBar = ({ filter, onChange, hasFixedState = false }: FilterBarProps) => {
  const { formatMessage } = useIntl();
  const [typed, setTyped] = useState(filter.search ?? '');
  const count = countFilters(filter);

  const search = (text: string) => onChange({ ...filter, search: text.trim() });

  return (
    <Flex gap={2} wrap="wrap" alignItems="center">
      <SearchForm
        onSubmit={(event: React.FormEvent) => {
          event.preventDefault();
          search(typed);
        }}
      >
        <Searchbar
          name="search"
          size="S"
          value={typed}
          placeholder={formatMessage(t('filter.search.placeholder'))}
          clearLabel={formatMessage(t('filter.search.clear'))}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) => setTyped(event.target.value)}
          onClear={() => {
            setTyped('');
            search('');
          }}
        >
          {formatMessage(t('filter.search'))}
        </Searchbar>
      </SearchForm>
      <Popover.Root>
        <Popover.Trigger>
          <Button variant="tertiary" size="S" startIcon={<Filter />}>
            {formatMessage(t('filter.button'), { count })}
          </Button>
        </Popover.Trigger>
        <Popover.Content align="start" aria-label={formatMessage(t('filter.button'), { count })}>
          <FilterFields filter={filter} onChange={onChange} hasFixedState={hasFixedState} />
        </Popover.Content>
      </Popover.Root>
      {count > 0 && (
        <Button variant="ghost" size="S" onClick={() => onChange({})}>
          {formatMessage(t('filter.clear'))}
        </Button>
      )}
    </Flex>
  );
};
