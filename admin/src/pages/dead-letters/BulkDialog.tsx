import { Flex, Loader, Typography } from '@strapi/design-system';
import { useEffect } from 'react';
import { useIntl } from 'react-intl';

import { useFormatCount } from '../../hooks/useFormatCount';
import { useNotify } from '../../hooks/useNotify';
import { useBulkWebhookMessagesMutation, type BulkAction } from '../../services/messages';
import { pathOfJob } from '../../utils/paths';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';

import type { MessageFilter } from '../../../../server/src/panel/contract';

interface BulkTarget {
  filter: MessageFilter;
}

export interface BulkQuestion {
  action: BulkAction;
  target: BulkTarget;
}

interface BulkDialogProps {
  question: BulkQuestion;
  onClose: () => void;
  onDone: () => void;
}

/** Counts, asks for confirmation, then starts a job, which tells what has become of the messages. */
export const BulkDialog = ({ question, onClose, onDone }: BulkDialogProps) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const notify = useNotify();
  const { action, target } = question;
  const [count, counting] = useBulkWebhookMessagesMutation();
  const [run, { isLoading }] = useBulkWebhookMessagesMutation();

  // A dry run is a POST because its filter may be long, so it is not an RTK query.
  useEffect(() => {
    void count({ action, input: { ...target, dryRun: true } });
  }, [action, count, target]);

  const counted = counting.data && 'matched' in counting.data ? counting.data : undefined;
  const matched = counted?.matched;
  const skipped = counted?.skipped ?? 0;

  const confirm = async () => {
    const result = await run({ action, input: target });
    if ('error' in result) return notify.failure(result.error);
    onClose();
    onDone();
    // Those it skips were named in the question, and are again in its result.
    const started = { count: matched ?? 0, shown: formatCount(matched ?? 0) };
    return notify.success('bulk.started', started, pathOfJob(result.data));
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t(`bulk.title.${action}`))}
      confirmLabel={formatMessage(t(`bulk.${action}`))}
      onConfirm={confirm}
      isBusy={isLoading}
      isDisabled={matched === undefined || matched === 0}
      variant={action === 'replay' ? 'success-light' : 'danger-light'}
    >
      <Flex direction="column" gap={2}>
        {counting.isError ? (
          <Typography textColor="danger600">{formatMessage(t('bulk.count-failed'))}</Typography>
        ) : matched === undefined ? (
          <Loader small>{formatMessage(t('bulk.counting'))}</Loader>
        ) : (
          <Typography textAlign="center">
            {formatMessage(t(`bulk.sure.${action}`), {
              count: matched,
              shown: formatCount(matched),
            })}
          </Typography>
        )}
        {skipped > 0 && (
          <Typography textAlign="center" textColor="neutral600">
            {formatMessage(t('bulk.skipped'), { count: skipped })}
          </Typography>
        )}
      </Flex>
    </ConfirmAction>
  );
};
