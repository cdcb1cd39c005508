import { Grid, SingleSelect, SingleSelectOption } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { METHODS } from '../../utils/endpointFields';
import { DESTINATIONS, type Destination } from './scheduleFields';
import { t } from '../../utils/translation';
import { FormField } from '../../components/form/FormField';
import { SelectField } from '../../components/form/SelectField';
import { TextField } from '../../components/form/TextField';
import { useNoOptions } from '../../components/form/useNoOptions';
import { useReadOnly } from '../../components/form/useReadOnly';

import type { ScheduleView, TopicView } from '../../../../server/src/panel/contract';

export interface DestinationFieldsProps {
  topics: readonly Pick<TopicView, 'name'>[];
  endpoints: readonly NonNullable<ScheduleView['endpoint']>[];
}

const EndpointField = ({ endpoints }: Pick<DestinationFieldsProps, 'endpoints'>) => {
  const { formatMessage } = useIntl();
  const { value, onChange } = useField<number | null>('endpointId');
  const isReadOnly = useReadOnly();
  const noOptions = useNoOptions(endpoints, { list: 'endpoints', none: 'schedule.endpoint.none' });
  return (
    <FormField
      name="endpointId"
      label="schedule.endpoint"
      hint="schedule.endpoint.hint"
      required
      note={noOptions}
    >
      <SingleSelect
        disabled={isReadOnly || endpoints.length === 0}
        value={value === null || value === undefined ? undefined : String(value)}
        placeholder={formatMessage(t('schedule.choose'))}
        onChange={(chosen) => onChange('endpointId', Number(chosen))}
      >
        {endpoints.map(({ id, name }) => (
          <SingleSelectOption key={id} value={String(id)}>
            {name ?? formatMessage(t('schedule.endpoint.gone'), { id })}
          </SingleSelectOption>
        ))}
      </SingleSelect>
    </FormField>
  );
};

const Target = ({ to, topics, endpoints }: DestinationFieldsProps & { to: Destination }) => {
  const { formatMessage } = useIntl();
  switch (to) {
    case 'endpoint':
      return <EndpointField endpoints={endpoints} />;
    case 'topic':
      return (
        <SelectField
          name="topic"
          label="schedule.topic"
          hint="schedule.topic.hint"
          from={{ list: 'topics', none: 'schedule.topic.none' }}
          placeholder={formatMessage(t('schedule.choose'))}
          options={topics.map(({ name }) => ({ value: name, label: name }))}
          required
        />
      );
    case 'url':
      return (
        <TextField
          name="url"
          type="url"
          label="endpoint.url"
          hint="schedule.url.hint"
          placeholder="https://example.com/nightly"
          required
        />
      );
  }
};

/** Destination: an endpoint, all endpoints of a topic, or a URL. */
export const DestinationFields = ({ topics, endpoints }: DestinationFieldsProps) => {
  const { formatMessage } = useIntl();
  const { value: to = 'endpoint' } = useField<Destination>('to');

  return (
    <Grid.Root gap={5}>
      <Grid.Item col={3} xs={12} alignItems="stretch">
        <SelectField
          name="to"
          label="schedule.to"
          options={DESTINATIONS.map((kind) => ({
            value: kind,
            label: formatMessage(t(`schedule.to.${kind}`)),
          }))}
        />
      </Grid.Item>
      <Grid.Item col={to === 'url' ? 6 : 9} xs={12} alignItems="stretch">
        <Target to={to} topics={topics} endpoints={endpoints} />
      </Grid.Item>
      {to === 'url' && (
        <Grid.Item col={3} xs={12} alignItems="stretch">
          <SelectField
            name="method"
            label="endpoint.method"
            options={METHODS.map((method) => ({ value: method, label: method }))}
          />
        </Grid.Item>
      )}
    </Grid.Root>
  );
};
