import { Grid, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { METHODS } from '../../utils/endpointFields';
import { useIsPulled } from '../../utils/pull';
import { t } from '../../utils/translation';
import { MultiSelectField, SelectField } from '../../components/form/SelectField';
import { TextField } from '../../components/form/TextField';
import { SectionCard } from '../../components/SectionCard';

import { KindField } from './KindField';

import type { TopicView } from '../../../../server/src/panel/contract';

interface GeneralSectionProps {
  topics: readonly Pick<TopicView, 'id' | 'name'>[];
  /** Why messages to the saved URL would be blocked at the moment. */
  urlWarning: string | undefined;
}

/** Name, URL, method and topics. */
export const GeneralSection = ({ topics, urlWarning }: GeneralSectionProps) => {
  const { formatMessage } = useIntl();
  const isPulled = useIsPulled();

  return (
    <SectionCard title={formatMessage(t('endpoint.general'))}>
      <Grid.Root gap={5}>
        <Grid.Item col={6} xs={12} alignItems="stretch">
          <TextField name="name" label="endpoint.name" hint="endpoint.name.hint" required />
        </Grid.Item>
        <Grid.Item col={6} xs={12} alignItems="stretch">
          <MultiSelectField
            name="topicIds"
            label="endpoint.topics"
            hint="endpoint.topics.hint"
            from={{ list: 'topics', none: 'endpoint.topics.none' }}
            placeholder={formatMessage(t('endpoint.topics.placeholder'))}
            options={topics.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Grid.Item>
        <Grid.Item col={12} alignItems="stretch">
          <KindField />
        </Grid.Item>
        {!isPulled && (
          <>
            <Grid.Item col={9} xs={12} direction="column" alignItems="stretch">
              <TextField
                name="url"
                type="url"
                label="endpoint.url"
                hint="endpoint.url.hint"
                placeholder="https://example.com/webhooks"
                required
              />
              {urlWarning !== undefined && (
                <Typography role="status" variant="pi" textColor="warning700" paddingTop={1}>
                  {formatMessage(t('endpoint.url.blocked'), { reason: urlWarning })}
                </Typography>
              )}
            </Grid.Item>
            <Grid.Item col={3} xs={12} alignItems="stretch">
              <SelectField
                name="method"
                label="endpoint.method"
                options={METHODS.map((method) => ({ value: method, label: method }))}
              />
            </Grid.Item>
          </>
        )}
      </Grid.Root>
    </SectionCard>
  );
};
