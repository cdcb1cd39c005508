import { Blocker, Form, type FormHelpers } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { useVersionFence } from '../../hooks/useVersionFence';
import {
  useCreateWebhookScheduleMutation,
  useUpdateWebhookScheduleMutation,
} from '../../services/schedules';
import { formErrors } from '../../utils/formErrors';
import {
  jsonProblem,
  scheduleFieldsOf,
  scheduleInputOf,
  type ScheduleFields,
} from '../../utils/scheduleFields';
import { t } from '../../utils/translation';
import { HeadersSection } from '../endpoint/HeadersSection';
import { FormBody } from '../form/FormBody';
import { NumberField } from '../form/NumberField';
import { RetryFields } from '../form/RetryFields';
import { SaveButton } from '../form/SaveButton';
import { StaleVersionAlert } from '../form/StaleVersionAlert';
import { SectionCard } from '../SectionCard';

import { CronFields } from './CronFields';
import { DestinationFields, type DestinationFieldsProps } from './DestinationFields';
import { PayloadField } from './PayloadField';

import type { ScheduleInput, ScheduleView } from '../../../../server/src/contract';

const MS_PER_S = 1_000;

export interface ScheduleFormProps extends DestinationFieldsProps {
  /** Undefined: a new one. */
  schedule: ScheduleView | undefined;
  canSave: boolean;
  /** Of a stored one: what the server has now. */
  fetchLatest?: () => Promise<ScheduleView>;
  onReload?: () => void;
  onCreated?: (schedule: ScheduleView) => void;
}

/** When, where to, and what is sent then. */
export const ScheduleForm = ({
  schedule,
  topics,
  endpoints,
  canSave,
  ...handlers
}: ScheduleFormProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  // A refetch must not undo what is typed.
  const [initialValues] = useState(() =>
    scheduleFieldsOf(schedule, Intl.DateTimeFormat().resolvedOptions().timeZone)
  );
  const [create] = useCreateWebhookScheduleMutation();
  const [update] = useUpdateWebhookScheduleMutation();
  const fence = useVersionFence(schedule, handlers.fetchLatest);

  const store = (input: ScheduleInput) =>
    schedule === undefined
      ? create(input)
      : update({
          scheduleId: schedule.scheduleId,
          input: { ...input, version: fence.version.current },
        });

  const save = async (fields: ScheduleFields, helpers: FormHelpers<ScheduleFields>) => {
    const problem = jsonProblem(fields);
    if (problem !== undefined) return helpers.setErrors({ payload: problem });
    const read = scheduleInputOf(fields);
    if ('badPart' in read) {
      const message = formatMessage(t('retry.delays.bad'), { part: read.badPart });
      return helpers.setErrors({ retryPolicy: { delaysMs: message } });
    }
    const result = await store(read.input);
    if ('error' in result) {
      if (fence.noticeStale(result.error)) return undefined;
      helpers.setErrors(formErrors(result.error, fields));
      return notify.failure(result.error);
    }
    fence.version.current = result.data.version;
    // What was typed as a secret is stored now and no longer shown.
    helpers.resetForm(scheduleFieldsOf(result.data, fields.timezone));
    notify.success('schedule.saved');
    return schedule === undefined ? handlers.onCreated?.(result.data) : undefined;
  };

  return (
    <Form<ScheduleFields>
      ref={fence.formRef}
      method={schedule === undefined ? 'POST' : 'PUT'}
      initialValues={initialValues}
      onSubmit={save}
    >
      <FormBody canSave={canSave}>
        {fence.isStale && (
          <StaleVersionAlert
            onReload={() => handlers.onReload?.()}
            onOverwrite={() => void fence.overwrite()}
            onClose={fence.dismiss}
          />
        )}
        <SectionCard title={formatMessage(t('schedule.when'))} action={canSave && <SaveButton />}>
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
              scale={MS_PER_S}
              label="endpoint.timeout"
              hint="endpoint.timeout.hint"
              placeholder={formatMessage(t('endpoint.as-configured'))}
            />
          </RetryFields>
        </SectionCard>
      </FormBody>
      <Blocker />
    </Form>
  );
};
