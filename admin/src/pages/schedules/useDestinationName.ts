import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import type { ScheduleView } from '../../../../server/src/panel/contract';

/** Describes the destination of a schedule. */
export const useDestinationName = () => {
  const { formatMessage } = useIntl();
  return ({ topic, url, endpoint, method, scheduleId }: ScheduleView): string => {
    if (topic !== null) return formatMessage(t('schedule.names-topic'), { name: topic });
    if (url !== null) return `${method ?? 'POST'} ${url}`;
    if (endpoint === null) return scheduleId;
    return endpoint.name ?? formatMessage(t('schedule.endpoint.gone'), { id: endpoint.id });
  };
};
