import { Grid } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { METHODS } from '../../utils/endpointFields';
import { useIsPulled } from '../../utils/pull';
import { t } from '../../utils/translation';
import { MultiSelectField, SelectField } from '../../components/form/SelectField';
import { TextField } from '../../components/form/TextField';
import { SectionCard } from '../../components/SectionCard';
import { ContentTypesPicker } from '../topics/ContentTypesPicker';

import { EventCards } from './EventCards';

import { KindField } from './KindField';

import type { Catalog, TopicView } from '../../../../server/src/panel/contract';

interface SetupSectionProps {
  topics: readonly Pick<TopicView, 'id' | 'name'>[];
  catalog: Catalog;
}

/** The settings that a new endpoint cannot do without: where to send, and which events of which content types. */
export const SetupSection = ({ topics, catalog }: SetupSectionProps) => {
  const { formatMessage } = useIntl();
  const isPulled = useIsPulled();

  return (
    <>
      <SectionCard title={formatMessage(t('setup.where'))}>
        <Grid.Root gap={5}>
          <Grid.Item col={12} alignItems="stretch">
            <KindField />
          </Grid.Item>
          {!isPulled && (
            <>
              <Grid.Item col={7} s={12} xs={12} direction="column" alignItems="stretch">
                <TextField
                  name="url"
                  type="url"
                  label="endpoint.url"
                  hint="endpoint.url.hint"
                  placeholder="https://example.com/webhooks"
                  autoFocus
                  required
                />
              </Grid.Item>
              <Grid.Item col={2} s={12} xs={12} alignItems="stretch">
                <SelectField
                  name="method"
                  label="endpoint.method"
                  options={METHODS.map((method) => ({ value: method, label: method }))}
                />
              </Grid.Item>
            </>
          )}
          <Grid.Item col={3} s={12} xs={12} alignItems="stretch">
            <TextField
              name="name"
              label="endpoint.name"
              hint={isPulled ? 'endpoint.name.hint' : 'setup.name.hint'}
              required={isPulled}
            />
          </Grid.Item>
        </Grid.Root>
      </SectionCard>
      <SectionCard
        title={formatMessage(t('topic.events.title'))}
        subtitle={formatMessage(t('setup.events.subtitle'))}
      >
        <EventCards catalog={catalog} />
      </SectionCard>
      <SectionCard
        title={formatMessage(t('topic.types.title'))}
        subtitle={formatMessage(t('topic.types.subtitle'))}
      >
        <ContentTypesPicker catalog={catalog} />
      </SectionCard>
      {topics.length > 0 && (
        <SectionCard
          title={formatMessage(t('endpoint.topics'))}
          subtitle={formatMessage(t('setup.topics.subtitle'))}
        >
          <MultiSelectField
            name="topicIds"
            label="endpoint.topics"
            placeholder={formatMessage(t('endpoint.topics.placeholder'))}
            options={topics.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </SectionCard>
      )}
    </>
  );
};
