import { Box, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useTypeName } from '../../hooks/useTypeName';
import { t } from '../../utils/translation';
import { Instant } from '../Instant';
import { Notice } from '../Notice';

import type { FilterView } from '../../../../server/src/panel/contract';

interface LatestEventsProps {
  title: 'filter.withheld' | 'guard.ignored';
  events: FilterView['withheld'];
}

/** How many events were not sent, and the last ones. */
export const LatestEvents = ({ title, events }: LatestEventsProps) => {
  const { formatMessage } = useIntl();
  const typeName = useTypeName();
  if (events === null) return null;

  return (
    <Box>
      <Typography tag="h3" variant="pi" fontWeight="bold">
        {formatMessage(t(title), { count: events.total })}
      </Typography>
      <Box tag="ul" paddingTop={2}>
        {events.latest.map((event, index) => (
          <Typography key={index} tag="li" variant="pi" textColor="neutral600">
            <Instant at={event.at} /> · {event.event} ·{' '}
            {event.uid === null ? '' : typeName(event.uid)} {event.documentId}
            {event.locale === null ? '' : ` (${event.locale})`}
            {title === 'filter.withheld' && ` · ${event.condition}`}
          </Typography>
        ))}
      </Box>
    </Box>
  );
};

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
      <LatestEvents title="filter.withheld" events={withheld} />
    </Flex>
  );
};
