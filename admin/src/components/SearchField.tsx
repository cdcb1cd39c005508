import { Searchbar, SearchForm } from '@strapi/design-system';
import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';

import { t, type TranslationKey } from '../utils/translation';

interface SearchFieldProps {
  label: TranslationKey;
  placeholder: TranslationKey;
  search: string;
  onSearch: (search: string) => void;
}

/** A search that is applied on Enter. It follows a search that is changed elsewhere, as by a saved view. */
export const SearchField = ({ label, placeholder, search, onSearch }: SearchFieldProps) => {
  const { formatMessage } = useIntl();
  const [typed, setTyped] = useState(search);
  useEffect(() => setTyped(search), [search]);

  return (
    <SearchForm
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        onSearch(typed.trim());
      }}
    >
      <Searchbar
        name="search"
        aria-keyshortcuts="/"
        size="S"
        value={typed}
        placeholder={formatMessage(t(placeholder))}
        clearLabel={formatMessage(t('filter.search.clear'))}
        onChange={(event: React.ChangeEvent<HTMLInputElement>) => setTyped(event.target.value)}
        onClear={() => {
          setTyped('');
          onSearch('');
        }}
      >
        {formatMessage(t(label))}
      </Searchbar>
    </SearchForm>
  );
};
