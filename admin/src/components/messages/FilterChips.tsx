import { Flex, Tag } from '@strapi/design-system';
import { Cross } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { useListWebhookEndpointsQuery } from '../../services/endpoints';
import { usePermissions } from '../../hooks/usePermissions';
import { t } from '../../utils/translation';
import { chipsOf, type Chip } from './filterChips';

import type { MessageListFilter } from '../../../../server/src/panel/contract';

interface FilterChipsProps {
  filter: MessageListFilter;
  onChange: (filter: MessageListFilter) => void;
}

/** Each active filter, with a button that removes it. */
export const FilterChips = ({ filter, onChange }: FilterChipsProps) => {
  const { formatMessage, formatDate } = useIntl();
  const can = usePermissions();
  const { data: endpoints = [] } = useListWebhookEndpointsQuery(undefined, {
    skip: !can('endpoints.read'),
  });
  const chips = chipsOf(filter);
  if (chips.length === 0) return null;

  const textOf = ({ field, value }: Chip): string => {
    if (field === 'displayed' || field === 'state')
      return formatMessage(t(`message.state.${value}`));
    if (field === 'endpointId' && value === 0) return formatMessage(t('dead.no-endpoint'));
    if (field === 'endpointId')
      return endpoints.find(({ id }) => id === value)?.name ?? String(value);
    if (field === 'status' && value === 0) return formatMessage(t('filter.status.none'));
    if (field === 'from' || field === 'to')
      return formatDate(value, { dateStyle: 'medium', timeStyle: 'short' });
    return String(value);
  };

  return (
    <Flex gap={2} wrap="wrap">
      {chips.map((chip) => {
        const text = `${formatMessage(t(`filter.${chip.field === 'state' ? 'displayed' : chip.field}`))}: ${textOf(chip)}`;
        return (
          <Tag
            key={`${chip.field} ${chip.value}`}
            icon={<Cross aria-hidden />}
            label={formatMessage(t('action.remove-what'), { what: text })}
            onClick={() => onChange(chip.rest)}
          >
            {text}
          </Tag>
        );
      })}
    </Flex>
  );
};
