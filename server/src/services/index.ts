import { createCatalogService } from './catalog';
import { createEndpointsService } from './endpoints';
import { createEventsService } from './events';
import { createJobsService } from './jobs';
import { createMessagesService } from './messages';
import { createOverviewService } from './overview';
import { createPublisherService } from './publisher';
import { createRuntimeService } from './runtime';
import { createTopicsService } from './topics';

export default {
  runtime: createRuntimeService,
  publisher: createPublisherService,
  topics: createTopicsService,
  endpoints: createEndpointsService,
  messages: createMessagesService,
  jobs: createJobsService,
  events: createEventsService,
  overview: createOverviewService,
  catalog: createCatalogService,
};
