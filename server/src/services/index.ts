import { createCallbacksService } from './callbacks';
import { createCatalogService } from './catalog';
import { createDeliveriesService } from './deliveries';
import { createEndpointsService } from './endpoints';
import { createEnvironmentsService } from './environments';
import { createEventsService } from './events';
import { createFlowControlService } from './flow-control';
import { createJobsService } from './jobs';
import { createMessagesService } from './messages';
import { createMetricsService } from './metrics';
import { createNativeWebhooksService } from './native-webhooks';
import { createOverviewService } from './overview';
import { createPanelFlowControlService } from './panel-flow-control';
import { createPanelSchedulesService } from './panel-schedules';
import { createPublishRateService } from './publish-rate';
import { createPublisherService } from './publisher';
import { createQueuesService } from './queues';
import { createRuntimeService } from './runtime';
import { createSchedulesService } from './schedules';
import { createSigningKeysService } from './signing-keys';
import { createStatisticsService } from './statistics';
import { createTopicsService } from './topics';
import { createV2DlqService } from './v2-dlq';
import { createV2LogsService } from './v2-logs';
import { createV2MessagesService } from './v2-messages';
import { createV2PublishService } from './v2-publish';
import { createV2SchedulesService } from './v2-schedules';
import { createV2TopicsService } from './v2-topics';

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
