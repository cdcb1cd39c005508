import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import {
  useCreateWebhookScheduleMutation,
  useUpdateWebhookScheduleMutation,
} from '../../services/schedules';
import { errorAt } from '../../utils/formErrors';
import {
  jsonProblem,
  scheduleFieldsOf,
  scheduleInputOf,
  type ScheduleFields,
} from './scheduleFields';
import { t } from '../../utils/translation';
import { HeadersSection } from '../../components/form/HeadersSection';
import { NumberField } from '../../components/form/NumberField';
import { RetryFields } from '../../components/form/RetryFields';
import { VersionedForm, type StoredFormProps } from '../../components/form/VersionedForm';
import { SectionCard } from '../../components/SectionCard';

import { CronFields } from './CronFields';
import { DestinationFields, type DestinationFieldsProps } from './DestinationFields';
import { PayloadField } from './PayloadField';

import type { ScheduleView } from '../../../../server/src/panel/contract';
import { SECOND_MS } from '../../utils/time';

export interface ScheduleFormProps extends DestinationFieldsProps, StoredFormProps<ScheduleView> {
  /** Undefined for a new one. */
  schedule: ScheduleView | undefined;
  onCreated?: (schedule: ScheduleView) => void;
}

const fieldsOf = (schedule: ScheduleView | undefined): ScheduleFields =>
  scheduleFieldsOf(schedule, Intl.DateTimeFormat().resolvedOptions().timeZone);

/** Settings of a schedule. */
export const ScheduleForm = ({
  schedule,
  topics,
  endpoints,
  onCreated,
  ...props
}: ScheduleFormProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [create] = useCreateWebhookScheduleMutation();
  const [update] = useUpdateWebhookScheduleMutation();

  const send = (fields: ScheduleFields, version: number) => {
    const problem = jsonProblem(fields);
    if (problem !== undefined) return { problems: errorAt('payload', problem) };
    const read = scheduleInputOf(fields);
    if ('badPart' in read) {
      const message = formatMessage(t('retry.delays.bad'), { part: read.badPart });
      return { problems: errorAt('retryPolicy.delaysMs', message) };
    }
    return schedule === undefined
      ? create(read.input)
      : update({ scheduleId: schedule.scheduleId, input: { ...read.input, version } });
  };

  const onSaved = (saved: ScheduleView) => {
    notify.success('schedule.saved');
    if (schedule === undefined) onCreated?.(saved);
  };

  return (
    <VersionedForm stored={schedule} fieldsOf={fieldsOf} send={send} onSaved={onSaved} {...props}>
      <SectionCard title={formatMessage(t('schedule.when'))}>
        <CronFields />
      </SectionCard>
      <SectionCard title={formatMessage(t('schedule.where'))}>
        <DestinationFields topics={topics} endpoints={endpoints} />
      </SectionCard>
      <SectionCard title={formatMessage(t('schedule.what'))}>
        <PayloadField />
      </SectionCard>
      <HeadersSection />
      <SectionCard
        title={formatMessage(t('retry.title'))}
        subtitle={formatMessage(t('schedule.retry.hint'))}
      >
        <RetryFields name="retryPolicy" jitterPercent={0} canInherit>
          <NumberField
            name="timeoutMs"
            scale={SECOND_MS}
            label="endpoint.timeout"
            hint="endpoint.timeout.hint"
            placeholder={formatMessage(t('endpoint.as-configured'))}
          />
        </RetryFields>
      </SectionCard>
    </VersionedForm>
  );
};
