import { createCallbacksService } from '../api/callbacks';
import { createCatalogService } from '../api/catalog';
import { createDeliveriesService } from '../panel/services/deliveries';
import { createEndpointsService } from '../api/endpoints';
import { createEnvironmentsService } from '../panel/services/environments';
import { createEventsService } from '../panel/services/events';
import { createFlowControlService } from '../api/flow-control';
import { createJobsService } from '../panel/services/jobs';
import { createMessagesService } from '../panel/services/messages';
import { createMetricsService } from '../panel/services/metrics';
import { createNativeWebhooksService } from '../panel/services/native-webhooks';
import { createOverviewService } from '../panel/services/overview';
import { createPanelFlowControlService } from '../panel/services/flow-control';
import { createPanelSchedulesService } from '../panel/services/schedules';
import { createPublishRateService } from '../qstash/service/publish-rate';
import { createPublisherService } from '../api/publisher';
import { createQueuesService } from '../api/queues';
import { createRuntimeService } from '../runtime/runtime';
import { createSchedulesService } from '../api/schedules';
import { createSigningKeysService } from '../panel/services/signing-keys';
import { createStatisticsService } from '../panel/services/statistics';
import { createTopicsService } from '../api/topics';
import { createV2DlqService } from '../qstash/service/dlq';
import { createV2LogsService } from '../qstash/service/logs';
import { createV2MessagesService } from '../qstash/service/messages';
import { createV2PublishService } from '../qstash/service/publish';
import { createV2SchedulesService } from '../qstash/service/schedules';
import { createV2TopicsService } from '../qstash/service/topics';

export default {
  runtime: createRuntimeService,
  publisher: createPublisherService,
  topics: createTopicsService,
  endpoints: createEndpointsService,
  messages: createMessagesService,
  jobs: createJobsService,
  events: createEventsService,
  environments: createEnvironmentsService,
  metrics: createMetricsService,
  overview: createOverviewService,
  statistics: createStatisticsService,
  deliveries: createDeliveriesService,
  'native-webhooks': createNativeWebhooksService,
  catalog: createCatalogService,
  callbacks: createCallbacksService,
  queues: createQueuesService,
  flowControl: createFlowControlService,
  panelFlowControl: createPanelFlowControlService,
  schedules: createSchedulesService,
  panelSchedules: createPanelSchedulesService,
  signingKeys: createSigningKeysService,
  'publish-rate': createPublishRateService,
  'v2-publish': createV2PublishService,
  'v2-messages': createV2MessagesService,
  'v2-topics': createV2TopicsService,
  'v2-schedules': createV2SchedulesService,
  'v2-dlq': createV2DlqService,
  'v2-logs': createV2LogsService,
};
