import { createEndpointsController } from './endpoints';
import { createEventsController } from './events';
import { createJobsController } from './jobs';
import { createMessagesController } from './messages';
import { createOverviewController } from './overview';
import { createTopicsController } from './topics';

export default {
  overview: createOverviewController,
  topics: createTopicsController,
  endpoints: createEndpointsController,
  messages: createMessagesController,
  jobs: createJobsController,
  events: createEventsController,
};
