import { Flex, Radio, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { usePermissions } from '../../hooks/usePermissions';
import { useResumeWebhookEndpointMutation, type EndpointDetail } from '../../services/endpoints';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';

import type { ResumeInput } from '../../../../server/src/panel/contract';

const RESUME = {
  title: 'resume.title',
  deliver: 'resume.confirm',
  skip: 'resume.confirm.skip',
} as const;
const ENABLE = {
  title: 'enable.title',
  deliver: 'enable.confirm',
  skip: 'enable.confirm.skip',
} as const;

interface ResumeDialogProps {
  endpoint: EndpointDetail;
  onClose: () => void;
}

/** Resumes an endpoint. Waiting messages are sent, or skipped. */
export const ResumeDialog = ({ endpoint, onClose }: ResumeDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const can = usePermissions();
  const [resume, { isLoading }] = useResumeWebhookEndpointMutation();
  const [held, setHeld] = useState<ResumeInput['held']>('deliver');
  const count = endpoint.counts.pending;
  const words = endpoint.state === 'disabled' ? ENABLE : RESUME;

  const confirm = async () => {
    const result = await resume({ id: endpoint.id, held });
    if ('error' in result) return notify.failure(result.error);
    onClose();
    return held === 'skip'
      ? notify.success('resume.skipped', { count: result.data.count })
      : notify.success('resume.released', { count: result.data.count });
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t(words.title), { name: endpoint.name })}
      confirmLabel={formatMessage(t(held === 'skip' ? words.skip : words.deliver))}
      onConfirm={confirm}
      isBusy={isLoading}
      variant={held === 'skip' ? 'danger-light' : 'success-light'}
    >
      <Flex direction="column" alignItems="stretch" gap={4} width="100%">
        <Typography>{formatMessage(t('resume.body'), { count })}</Typography>
        {count > 0 && (
          <Radio.Group
            aria-label={formatMessage(t('resume.held'))}
            value={held}
            onValueChange={(value) => setHeld(value === 'skip' ? 'skip' : 'deliver')}
          >
            <Radio.Item value="deliver">{formatMessage(t('resume.deliver'), { count })}</Radio.Item>
            <Radio.Item value="skip" disabled={!can('messages.cancel')}>
              {formatMessage(t('resume.skip'), { count })}
            </Radio.Item>
          </Radio.Group>
        )}
      </Flex>
    </ConfirmAction>
  );
};
