import { createDeliveriesController } from '../panel/controllers/deliveries';
import { createEndpointsController } from '../panel/controllers/endpoints';
import { createEnvironmentsController } from '../panel/controllers/environments';
import { createEventsController } from '../panel/controllers/events';
import { createJobsController } from '../panel/controllers/jobs';
import { createJwksController } from '../panel/controllers/jwks';
import {
  createFlowControlController,
  createQueuesController,
  createSigningKeysController,
} from '../panel/controllers/limits';
import { createMessagesController } from '../panel/controllers/messages';
import { createMetricsController } from '../panel/controllers/metrics';
import { createNativeWebhooksController } from '../panel/controllers/native-webhooks';
import { createOverviewController } from '../panel/controllers/overview';
import { createSchedulesController } from '../panel/controllers/schedules';
import { createStatisticsController } from '../panel/controllers/statistics';
import { createTopicsController } from '../panel/controllers/topics';
import {
  createV2DlqController,
  createV2LogsController,
  createV2MessagesController,
  createV2ReadinessController,
  createV2TopicsController,
} from '../qstash/http/controllers';
import {
  createV2FlowControlController,
  createV2GlobalParallelismController,
  createV2KeysController,
  createV2QueuesController,
} from '../qstash/http/limits';
import { createV2SchedulesController } from '../qstash/http/schedules';

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
