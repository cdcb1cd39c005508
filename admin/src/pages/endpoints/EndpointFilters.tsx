import { Box, Flex, Searchbar } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { OneChoice } from '../../components/OneChoice';
import { t } from '../../utils/translation';
import { ENDPOINT_STATUSES, type EndpointFilter, type EndpointStatus } from './endpointRows';

import type { ReactNode } from 'react';
import type { TranslationKey } from '../../utils/translation';

const LABELS: Readonly<Record<EndpointStatus, TranslationKey>> = {
  active: 'endpoint.state.active',
  failing: 'endpoint.failing',
  suspended: 'endpoint.breaker.open',
  paused: 'endpoint.state.paused',
  disabled: 'endpoint.state.disabled',
};

interface EndpointFiltersProps {
  filter: EndpointFilter;
  onChange: (filter: EndpointFilter) => void;
  options: ReactNode;
}

/** Finds endpoints by name or URL, and by status, while typing. */
export const EndpointFilters = ({ filter, onChange, options }: EndpointFiltersProps) => {
  const { formatMessage } = useIntl();
  const label = formatMessage(t('endpoints.search'));

  return (
    <Flex gap={4} wrap="wrap" alignItems="flex-end">
      <Box role="search" width="min(100%, 32rem)">
        <Searchbar
          name="search"
          size="S"
          aria-keyshortcuts="/"
          value={filter.search}
          placeholder={label}
          clearLabel={formatMessage(t('filter.search.clear'))}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
            onChange({ ...filter, search: event.target.value })
          }
          onClear={() => onChange({ ...filter, search: '' })}
        >
          {label}
        </Searchbar>
      </Box>
      <Box minWidth="20rem">
        <OneChoice
          size="S"
          label={formatMessage(t('endpoints.column.state'))}
          value={filter.status}
          options={ENDPOINT_STATUSES.map((status) => ({
            value: status,
            label: formatMessage(t(LABELS[status])),
          }))}
          onChoose={(status) => onChange({ ...filter, status: status as EndpointStatus })}
          onClear={() => onChange({ ...filter, status: undefined })}
        />
      </Box>
      <Box marginLeft="auto">{options}</Box>
    </Flex>
  );
};
