import { Searchbar, SearchForm } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

interface KeySearchProps {
  search: string;
  onSearch: (search: string) => void;
}

/** Search by part of a key; there may be very many keys. */
export const KeySearch = ({ search, onSearch }: KeySearchProps) => {
  const { formatMessage } = useIntl();
  const [typed, setTyped] = useState(search);

  return (
    <SearchForm
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        onSearch(typed.trim());
      }}
    >
      <Searchbar
        name="search"
        size="S"
        value={typed}
        placeholder={formatMessage(t('flow.search.placeholder'))}
        clearLabel={formatMessage(t('filter.search.clear'))}
        onChange={(event: React.ChangeEvent<HTMLInputElement>) => setTyped(event.target.value)}
        onClear={() => {
          setTyped('');
          onSearch('');
        }}
      >
        {formatMessage(t('flow.search'))}
      </Searchbar>
    </SearchForm>
  );
};
