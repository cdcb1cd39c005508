import type { Core } from '@strapi/strapi';

import type { StatisticsRange } from '../contract';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';

export const createStatisticsController = ({ strapi }: { strapi: Core.Strapi }) => ({
  read: answer<undefined, { range: StatisticsRange; endpointId?: number }>(({ query }) =>
    serviceOf(strapi, 'statistics').read(query.range, query.endpointId)
  ),
});
