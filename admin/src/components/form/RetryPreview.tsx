import { Box, Table, Tbody, Td, Th, Thead, Tr, Typography } from '@strapi/design-system';
import { useDebounce } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { useErrorText } from '../../hooks/useErrorText';
import { useFormatDuration } from '../../hooks/useFormatDuration';
import { usePreviewWebhookRetriesQuery } from '../../services/endpoints';
import { t } from '../../utils/translation';
import { WrappingTable } from '../FittingTable';

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
  const { errorText } = useErrorText();
  const settled = useDebounce(JSON.stringify(policy), TYPING_PAUSE_MS);
  const { currentData, error } = usePreviewWebhookRetriesQuery(JSON.parse(settled) as RetryPolicy);

  if (error) {
    return (
      <Typography variant="pi" textColor="danger600" role="alert">
        {errorText(error)}
      </Typography>
    );
  }
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
        <Table colCount={COLUMNS.length} rowCount={delaysMs.length + 1}>
          <Thead>
            <Tr>
              {COLUMNS.map((column) => (
                <Th key={column}>
                  <Typography variant="sigma">
                    {formatMessage(t(`retry.preview.${column}`))}
                  </Typography>
                </Th>
              ))}
            </Tr>
          </Thead>
          <Tbody>
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
          </Tbody>
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
