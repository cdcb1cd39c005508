import { createEndpointsController } from './endpoints';
import { createEventsController } from './events';
import { createJobsController } from './jobs';
import { createMessagesController } from './messages';
import { createOverviewController } from './overview';
import { createTopicsController } from './topics';
import {
  createV2DlqController,
  createV2LogsController,
  createV2MessagesController,
  createV2ReadinessController,
  createV2TopicsController,
} from './v2';

export default {
  overview: createOverviewController,
  topics: createTopicsController,
  endpoints: createEndpointsController,
  messages: createMessagesController,
  jobs: createJobsController,
  events: createEventsController,
  'v2-messages': createV2MessagesController,
  'v2-topics': createV2TopicsController,
  'v2-dlq': createV2DlqController,
  'v2-logs': createV2LogsController,
  'v2-readiness': createV2ReadinessController,
};
