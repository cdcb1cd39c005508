import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { StatusBadge } from '../StatusBadge';

import type { Verdict } from '../../../../server/src/panel/contract';

interface VerdictLineProps {
  verdict: Verdict;
  /** Parts that the shape asks for and that are not known. */
  missing: readonly string[];
}

/** Whether an event is sent, what withholds it, and what is not known of it. */
export const VerdictLine = ({ verdict, missing }: VerdictLineProps) => {
  const { formatMessage } = useIntl();
  const { sent, withheldBy, assumed } = verdict;

  return (
    <Flex direction="column" alignItems="flex-start" gap={1}>
      <Flex gap={3} wrap="wrap">
        <StatusBadge variant={sent ? 'success' : 'warning'}>
          {formatMessage(t(sent ? 'trial.sent' : 'trial.withheld'))}
        </StatusBadge>
        {withheldBy !== null && (
          <Typography style={{ overflowWrap: 'anywhere' }}>
            {withheldBy.name === ''
              ? withheldBy.condition
              : formatMessage(t(`trial.by.${withheldBy.by}`), {
                  name: withheldBy.name,
                  condition: withheldBy.condition,
                })}
          </Typography>
        )}
      </Flex>
      {assumed.length > 0 && (
        <Typography variant="pi" textColor="neutral600">
          {formatMessage(t('trial.assumed'), { facts: assumed.join(', ') })}
        </Typography>
      )}
      {missing.length > 0 && (
        <Typography variant="pi" textColor="neutral600">
          {formatMessage(t('trial.missing'), { parts: missing.join(', ') })}
        </Typography>
      )}
    </Flex>
  );
};
