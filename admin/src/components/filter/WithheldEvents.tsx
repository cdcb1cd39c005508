import { Box, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { Instant } from '../Instant';
import { Notice } from '../Notice';

import type { FilterView } from '../../../../server/src/panel/contract';

/** Results of a filter: why it is broken, and the last events that it withheld. */
export const WithheldEvents = ({ filterProblems, withheld }: FilterView) => {
  const { formatMessage } = useIntl();

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {filterProblems.length > 0 && (
        <Notice variant="warning" title={formatMessage(t('filter.broken'))}>
          {filterProblems.map(({ uid, path, message }) => (
            <span key={`${uid} ${path}`} style={{ display: 'block' }}>
              {path}: {message}
            </span>
          ))}
        </Notice>
      )}
      {withheld !== null && (
        <Box>
          <Typography tag="h3" variant="pi" fontWeight="bold">
            {formatMessage(t('filter.withheld'), { count: withheld.total })}
          </Typography>
          <Box tag="ul" paddingTop={2}>
            {withheld.latest.map((event, index) => (
              <Typography key={index} tag="li" variant="pi" textColor="neutral600">
                <Instant at={event.at} /> · {event.event} · {event.uid} {event.documentId}
                {event.locale === null ? '' : ` (${event.locale})`} · {event.condition}
              </Typography>
            ))}
          </Box>
        </Box>
      )}
    </Flex>
  );
};
