import { Field, Flex, Grid, Textarea } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { firstMessage } from '../../utils/formErrors';
import { t } from '../../utils/translation';
import { SectionCard } from '../SectionCard';

import { FilterBuilder } from './FilterBuilder';
import { filterPaths } from './filterPaths';
import { WithheldEvents } from './WithheldEvents';
import { useReadOnly } from '../form/useReadOnly';

import type { Catalog, FilterView } from '../../../../server/src/panel/contract';

const NAME = 'filter';

interface FilterSectionProps {
  /** Undefined without the right to read it: then there is only the JSON. */
  catalog: Catalog | undefined;
  /** Content types whose entries are judged; null: all. */
  uids: readonly string[] | null;
  /** Results of the stored filter. */
  view: FilterView | undefined;
}

/** Conditions that an event has to pass: a builder, and their JSON beside it. */
export const FilterSection = ({ catalog, uids, view }: FilterSectionProps) => {
  const { formatMessage } = useIntl();
  const { value: text = '', onChange, rawError } = useField<string>(NAME);
  const isReadOnly = useReadOnly();

  return (
    <SectionCard
      title={formatMessage(t('filter.title'))}
      subtitle={formatMessage(t('filter.subtitle'))}
    >
      <Flex direction="column" alignItems="stretch" gap={5}>
        <Grid.Root gap={6}>
          {catalog !== undefined && (
            <Grid.Item col={8} s={12} xs={12} direction="column" alignItems="stretch">
              <FilterBuilder
                text={text}
                paths={filterPaths(catalog, uids)}
                operators={catalog.operators}
                isReadOnly={isReadOnly}
                onChange={(next) => onChange(NAME, next)}
              />
            </Grid.Item>
          )}
          <Grid.Item col={4} s={12} xs={12} direction="column" alignItems="stretch">
            <Field.Root
              name={NAME}
              error={firstMessage(rawError)}
              hint={formatMessage(t('filter.json.hint'))}
              width="100%"
            >
              <Field.Label>{formatMessage(t('filter.json'))}</Field.Label>
              <Textarea
                value={text}
                disabled={isReadOnly}
                spellCheck={false}
                style={{ fontFamily: 'monospace', minHeight: '16rem' }}
                onChange={(event: React.ChangeEvent<HTMLTextAreaElement>) =>
                  onChange(NAME, event.target.value)
                }
              />
              <Field.Error />
              <Field.Hint />
            </Field.Root>
          </Grid.Item>
        </Grid.Root>
        {view !== undefined && <WithheldEvents {...view} />}
      </Flex>
    </SectionCard>
  );
};
