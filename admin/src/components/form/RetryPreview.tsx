import { Box, Typography } from '@strapi/design-system';
import { useDebounce } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { useFormatDuration } from '../../hooks/useFormatDuration';
import { usePreviewWebhookRetriesQuery } from '../../services/endpoints';
import { t } from '../../utils/translation';
import { WrappingTable } from '../FittingTable';
import { Table, Td, Th, Tr } from '../Table';

import { PreviewError } from './PreviewError';

import type { RetryPolicy } from '../../../../server/src/panel/contract';

const TYPING_PAUSE_MS = 400;
const COLUMNS = ['number', 'wait', 'after'] as const;

interface RetryPreviewProps {
  policy: RetryPolicy;
  jitterPercent: number;
}

/** Times of the policy's retries, computed by the server. */
export const RetryPreview = ({ policy, jitterPercent }: RetryPreviewProps) => {
  const { formatMessage } = useIntl();
  const formatDuration = useFormatDuration();
  const settled = useDebounce(JSON.stringify(policy), TYPING_PAUSE_MS);
  const { currentData, error } = usePreviewWebhookRetriesQuery(JSON.parse(settled) as RetryPolicy);

  if (error) return <PreviewError error={error} />;
  if (!currentData) return null;

  const delaysMs = currentData.delaysMs;
  const sumsMs = delaysMs.map((_, index) =>
    delaysMs.slice(0, index + 1).reduce((sumMs, delayMs) => sumMs + delayMs, 0)
  );
  if (delaysMs.length === 0) {
    return <Typography textColor="neutral600">{formatMessage(t('retry.preview.none'))}</Typography>;
  }

  return (
    <Box>
      <WrappingTable>
        <Table>
          <thead>
            <Tr>
              {COLUMNS.map((column) => (
                <Th key={column}>{formatMessage(t(`retry.preview.${column}`))}</Th>
              ))}
            </Tr>
          </thead>
          <tbody>
            {delaysMs.map((delayMs, index) => (
              <Tr key={index}>
                <Td>
                  <Typography>{index + 1}</Typography>
                </Td>
                <Td>
                  <Typography>{formatDuration(delayMs)}</Typography>
                </Td>
                <Td>
                  <Typography>{formatDuration(sumsMs[index] ?? 0)}</Typography>
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </WrappingTable>
      <Typography tag="p" variant="pi" textColor="neutral600" paddingTop={2}>
        {formatMessage(t('retry.preview.then'), {
          span: formatDuration(sumsMs.at(-1) ?? 0),
          jitter: jitterPercent,
        })}
      </Typography>
    </Box>
  );
};
