import { Box, Button, Flex } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useListWebhookAuditPeopleQuery } from '../../services/audit';
import { t } from '../../utils/translation';

import { OneChoice } from '../../components/OneChoice';

import { ITEMS, type AuditSearch } from './auditSearch';

import type { ComponentProps } from 'react';

interface AuditFiltersProps {
  search: AuditSearch;
  onChange: (search: AuditSearch) => void;
}

interface ChoiceProps extends ComponentProps<typeof OneChoice> {
  onClear: () => void;
}

const Choice = (choice: ChoiceProps) => (
  <Box minWidth="24rem">
    <OneChoice {...choice} />
  </Box>
);

/** Filters of the audit log: by kind of item, by one item, by person. */
export const AuditFilters = ({ search, onChange }: AuditFiltersProps) => {
  const { formatMessage } = useIntl();
  const people = useListWebhookAuditPeopleQuery(undefined, { refetchOnMountOrArgChange: true });

  return (
    <Flex gap={4} wrap="wrap" alignItems="flex-end">
      <Choice
        label={formatMessage(t('audit.column.item'))}
        value={search.item}
        options={ITEMS.map((item) => ({
          value: item,
          label: formatMessage(t(`audit.item.${item}`)),
        }))}
        onChoose={(item) => onChange({ ...search, item: item as AuditSearch['item'], key: '' })}
        onClear={() => onChange({ ...search, item: undefined, key: '' })}
      />
      <Choice
        label={formatMessage(t('audit.column.who'))}
        value={search.actor}
        options={(people.data ?? []).map(({ kind, id, label = '' }) => ({
          value: `${kind}:${id}`,
          label: formatMessage(t(`actor.${kind}`), { label }),
        }))}
        onChoose={(actor) => onChange({ ...search, actor })}
        onClear={() => onChange({ ...search, actor: undefined })}
      />
      {(search.item ?? search.actor) !== undefined && (
        <Button variant="ghost" onClick={() => onChange({})}>
          {formatMessage(t('filter.clear'))}
        </Button>
      )}
    </Flex>
  );
};
