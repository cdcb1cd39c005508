import { Grid } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { NumberField } from '../../components/form/NumberField';
import { MultiSelectField } from '../../components/form/SelectField';
import { TextField } from '../../components/form/TextField';
import { ToggleField } from '../../components/form/ToggleField';
import { VersionedForm, type StoredFormProps } from '../../components/form/VersionedForm';
import { SectionCard } from '../../components/SectionCard';
import { useNotify } from '../../hooks/useNotify';
import { useUpdateWebhookAlertsMutation } from '../../services/alerts';
import { MINUTE_MS } from '../../utils/time';
import { t } from '../../utils/translation';

import type {
  AlertSettings,
  AlertSettingsView,
  EndpointView,
} from '../../../../server/src/panel/contract';

type AlertValues = Omit<AlertSettings, 'emails'> & {
  /** Separated by commas, spaces or lines. */
  emails: string;
};

const valuesOf = (stored: AlertSettingsView | undefined): AlertValues => ({
  endpoints: stored?.endpoints ?? true,
  failedMessages: stored?.failedMessages ?? true,
  backlogMs: stored?.backlogMs ?? null,
  emails: (stored?.emails ?? []).join(', '),
  endpointIds: stored?.endpointIds ?? [],
});

const addressesIn = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

interface AlertsFormProps extends StoredFormProps<AlertSettingsView> {
  settings: AlertSettingsView;
  endpoints: readonly Pick<EndpointView, 'id' | 'name'>[];
}

/** When alerts are sent, and to whom. */
export const AlertsForm = ({ settings, endpoints, ...props }: AlertsFormProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [update] = useUpdateWebhookAlertsMutation();

  return (
    <VersionedForm
      stored={settings}
      fieldsOf={valuesOf}
      send={({ emails, ...values }, version) =>
        update({ ...values, emails: addressesIn(emails), version })
      }
      onSaved={() => notify.success('alerts.saved')}
      {...props}
    >
      <SectionCard
        title={formatMessage(t('alerts.when'))}
        subtitle={formatMessage(t('alerts.when.hint'))}
      >
        <Grid.Root gap={5}>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <ToggleField name="endpoints" label="alerts.endpoints" hint="alerts.endpoints.hint" />
          </Grid.Item>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <ToggleField name="failedMessages" label="alerts.failed" hint="alerts.failed.hint" />
          </Grid.Item>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <NumberField
              name="backlogMs"
              label="alerts.backlog"
              hint="alerts.backlog.hint"
              scale={MINUTE_MS}
            />
          </Grid.Item>
        </Grid.Root>
      </SectionCard>
      <SectionCard
        title={formatMessage(t('alerts.whom'))}
        subtitle={formatMessage(t('alerts.whom.hint'))}
      >
        <Grid.Root gap={5}>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <TextField
              name="emails"
              label="alerts.emails"
              hint="alerts.emails.hint"
              placeholder="ops@example.com"
              isMultiline
            />
          </Grid.Item>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <MultiSelectField
              name="endpointIds"
              label="nav.endpoints"
              hint="alerts.chat.hint"
              placeholder={formatMessage(t('topic.endpoints.placeholder'))}
              options={endpoints.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Grid.Item>
        </Grid.Root>
      </SectionCard>
    </VersionedForm>
  );
};
