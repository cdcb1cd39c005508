import { createDeliveriesController } from './deliveries';
import { createEndpointsController } from './endpoints';
import { createEnvironmentsController } from './environments';
import { createEventsController } from './events';
import { createJobsController } from './jobs';
import { createJwksController } from './jwks';
import {
  createFlowControlController,
  createQueuesController,
  createSigningKeysController,
} from './limits';
import { createMessagesController } from './messages';
import { createMetricsController } from './metrics';
import { createNativeWebhooksController } from './native-webhooks';
import { createOverviewController } from './overview';
import { createSchedulesController } from './schedules';
import { createStatisticsController } from './statistics';
import { createTopicsController } from './topics';
import {
  createV2DlqController,
  createV2LogsController,
  createV2MessagesController,
  createV2ReadinessController,
  createV2TopicsController,
} from './v2';
import {
  createV2FlowControlController,
  createV2GlobalParallelismController,
  createV2KeysController,
  createV2QueuesController,
} from './v2-limits';
import { createV2SchedulesController } from './v2-schedules';

export default {
  overview: createOverviewController,
  statistics: createStatisticsController,
  deliveries: createDeliveriesController,
  'native-webhooks': createNativeWebhooksController,
  topics: createTopicsController,
  endpoints: createEndpointsController,
  messages: createMessagesController,
  jobs: createJobsController,
  events: createEventsController,
  environments: createEnvironmentsController,
  metrics: createMetricsController,
  jwks: createJwksController,
  schedules: createSchedulesController,
  queues: createQueuesController,
  'flow-control': createFlowControlController,
  'signing-keys': createSigningKeysController,
  'v2-messages': createV2MessagesController,
  'v2-topics': createV2TopicsController,
  'v2-dlq': createV2DlqController,
  'v2-logs': createV2LogsController,
  'v2-queues': createV2QueuesController,
  'v2-schedules': createV2SchedulesController,
  'v2-flow-control': createV2FlowControlController,
  'v2-global-parallelism': createV2GlobalParallelismController,
  'v2-keys': createV2KeysController,
  'v2-readiness': createV2ReadinessController,
};
