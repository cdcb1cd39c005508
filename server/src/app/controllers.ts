import { createAlertsController } from '../panel/controllers/alerts';
import { audited, createAuditController } from '../panel/controllers/audit';
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
import { createManualSendsController } from '../panel/controllers/manual-sends';
import { createManifestController } from '../panel/controllers/manifest';
import { createMessagesController } from '../panel/controllers/messages';
import { createMetricsController } from '../panel/controllers/metrics';
import { createNativeWebhooksController } from '../panel/controllers/native-webhooks';
import { createOverviewController } from '../panel/controllers/overview';
import { createPullController } from '../panel/controllers/pull';
import { createSchedulesController } from '../panel/controllers/schedules';
import { createSettingsController } from '../panel/controllers/settings';
import { createStatisticsController } from '../panel/controllers/statistics';
import { createTopicsController } from '../panel/controllers/topics';
import {
  createQstashDlqController,
  createQstashLogsController,
  createQstashMessagesController,
  createQstashReadinessController,
  createQstashTopicsController,
} from '../qstash/http/controllers';
import {
  createQstashFlowControlController,
  createQstashGlobalParallelismController,
  createQstashKeysController,
  createQstashQueuesController,
} from '../qstash/http/limits';
import { createQstashSchedulesController } from '../qstash/http/schedules';

export default {
  overview: createOverviewController,
  audit: createAuditController,
  statistics: createStatisticsController,
  deliveries: createDeliveriesController,
  manifest: createManifestController,
  pull: createPullController,
  'native-webhooks': audited('native-webhooks', createNativeWebhooksController),
  topics: audited('topics', createTopicsController),
  endpoints: audited('endpoints', createEndpointsController),
  messages: audited('messages', createMessagesController),
  'manual-sends': audited('manual-sends', createManualSendsController),
  alerts: audited('alerts', createAlertsController),
  jobs: audited('jobs', createJobsController),
  events: audited('events', createEventsController),
  environments: audited('environments', createEnvironmentsController),
  metrics: createMetricsController,
  jwks: createJwksController,
  schedules: audited('schedules', createSchedulesController),
  queues: audited('queues', createQueuesController),
  'flow-control': audited('flow-control', createFlowControlController),
  'signing-keys': audited('signing-keys', createSigningKeysController),
  settings: createSettingsController,
  // Custom API tokens store these names as permissions, so they must not be renamed.
  'v2-messages': createQstashMessagesController,
  'v2-topics': createQstashTopicsController,
  'v2-dlq': createQstashDlqController,
  'v2-logs': createQstashLogsController,
  'v2-queues': createQstashQueuesController,
  'v2-schedules': createQstashSchedulesController,
  'v2-flow-control': createQstashFlowControlController,
  'v2-global-parallelism': createQstashGlobalParallelismController,
  'v2-keys': createQstashKeysController,
  'v2-readiness': createQstashReadinessController,
};
