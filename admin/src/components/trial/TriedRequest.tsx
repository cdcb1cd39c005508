import { Box, Button, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useTryWebhookOnLogQuery, type TrialInput } from '../../services/trials';
import { t } from '../../utils/translation';
import { PreviewError } from '../form/PreviewError';

import { ShapedRequestView } from './ShapedRequestView';

interface TriedRequestProps {
  input: TrialInput;
  eventId: number;
  onClose: () => void;
}

/** The request that would have been made of one event. */
export const TriedRequest = ({ input, eventId, onClose }: TriedRequestProps) => {
  const { formatMessage } = useIntl();
  const { currentData, error } = useTryWebhookOnLogQuery({ ...input, eventId });
  const [row] = currentData?.events ?? [];

  return (
    <Box padding={4} background="neutral100" hasRadius>
      <Flex justifyContent="space-between" gap={4} paddingBottom={3}>
        <Typography fontWeight="bold">
          {row === undefined ? '' : `${row.event.name} · ${row.event.entryTitle ?? ''}`}
        </Typography>
        <Button variant="tertiary" size="S" onClick={onClose}>
          {formatMessage(t('action.close'))}
        </Button>
      </Flex>
      {error !== undefined && <PreviewError error={error} />}
      {currentData?.request && <ShapedRequestView preview={currentData.request} />}
    </Box>
  );
};
