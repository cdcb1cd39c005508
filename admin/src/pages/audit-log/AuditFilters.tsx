import { Box, Button, Field, Flex, SingleSelect, SingleSelectOption } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useListWebhookAuditPeopleQuery } from '../../services/audit';
import { t } from '../../utils/translation';

import { ITEMS, type AuditSearch } from './auditSearch';

interface AuditFiltersProps {
  search: AuditSearch;
  onChange: (search: AuditSearch) => void;
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChoose: (value: string | undefined) => void;
}

const Choice = ({ label, value, options, onChoose }: ChoiceProps) => {
  const { formatMessage } = useIntl();
  return (
    <Box minWidth="24rem">
      <Field.Root>
        <Field.Label>{label}</Field.Label>
        <SingleSelect
          placeholder={formatMessage(t('filter.any'))}
          clearLabel={formatMessage(t('filter.any'))}
          value={value}
          onChange={(chosen) => onChoose(String(chosen))}
          onClear={() => onChoose(undefined)}
        >
          {options.map((option) => (
            <SingleSelectOption key={option.value} value={option.value}>
              {option.label}
            </SingleSelectOption>
          ))}
        </SingleSelect>
      </Field.Root>
    </Box>
  );
};

/** Filters of the audit log: by kind of item, by one item, by person. */
export const AuditFilters = ({ search, onChange }: AuditFiltersProps) => {
  const { formatMessage } = useIntl();
  const people = useListWebhookAuditPeopleQuery(undefined, { refetchOnMountOrArgChange: true });

  return (
    <Flex gap={4} wrap="wrap" alignItems="flex-end">
      <Choice
        label={formatMessage(t('audit.column.item'))}
        value={search.item ?? ''}
        options={ITEMS.map((item) => ({
          value: item,
          label: formatMessage(t(`audit.item.${item}`)),
        }))}
        onChoose={(item) => onChange({ ...search, item: item as AuditSearch['item'], key: '' })}
      />
      <Choice
        label={formatMessage(t('audit.column.who'))}
        value={search.actor ?? ''}
        options={(people.data ?? []).map(({ kind, id, label = '' }) => ({
          value: `${kind}:${id}`,
          label: formatMessage(t(`actor.${kind}`), { label }),
        }))}
        onChoose={(actor) => onChange({ ...search, actor })}
      />
      {(search.item ?? search.actor) !== undefined && (
        <Button variant="ghost" onClick={() => onChange({})}>
          {formatMessage(t('filter.clear'))}
        </Button>
      )}
    </Flex>
  );
};
