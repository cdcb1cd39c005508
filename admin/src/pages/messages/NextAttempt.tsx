import { Box, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { plannedAttempts } from '../../components/messages/attemptFailure';
import { NextStep } from '../../components/messages/MessageRow';
import { ReleaseButton } from '../../components/ReleaseButton';
import { usePermissions } from '../../hooks/usePermissions';
import { endpointPath } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { MessageDetail } from '../../../../server/src/panel/contract';

const WHY = { endpoint: 'message.held.why', document: 'message.held.why-document' } as const;

/** When the next attempt is made, how many retries are left, and what to do while on hold. */
export const NextAttempt = ({ message }: { message: MessageDetail }) => {
  const { formatMessage, formatDate } = useIntl();
  const can = usePermissions();
  const { retries, heldBy, endpointId, endpointName, entryDocumentId, state } = message;
  if (retries === null || state === 'active') return null;

  return (
    <Box borderColor="neutral200" hasRadius padding={4} borderStyle="dashed">
      <Typography tag="p">
        <Typography tag="span" fontWeight="bold">
          {formatMessage(t('message.next'))}
        </Typography>
        {' · '}
        {formatMessage(t('attempt.title'), {
          number: message.attempts + 1,
          total: plannedAttempts(message.attempts, retries),
        })}
        {' · '}
        <NextStep message={message} />
      </Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {heldBy !== null && endpointId !== null
          ? formatMessage(t(WHY[heldBy]), {
              endpoint: (
                <Link key="endpoint" tag={NavLink} to={endpointPath(endpointId)}>
                  {endpointName}
                </Link>
              ),
            })
          : formatMessage(t('message.retries'), {
              left: retries.left,
              when: formatDate(retries.lastAt, { dateStyle: 'medium', timeStyle: 'short' }),
            })}
      </Typography>
      {heldBy === 'document' &&
        endpointId !== null &&
        entryDocumentId !== null &&
        can('endpoints.update') && (
          <Box paddingTop={2}>
            <ReleaseButton endpointId={endpointId} documentId={entryDocumentId} />
          </Box>
        )}
    </Box>
  );
};
