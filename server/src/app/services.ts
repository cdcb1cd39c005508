import type { Core } from '@strapi/strapi';

import { createAuditService } from '../panel/services/audit';
import { createCallbacksService } from '../api/callbacks';
import { createCacheTagsService } from '../api/cache-tags';
import { createCaptureService } from '../api/capture';
import { createCatalogService } from '../api/catalog';
import { createDeliveriesService } from '../panel/services/deliveries';
import { createEndpointsService } from '../api/endpoints';
import { createEnvironmentsService } from '../panel/services/environments';
import { createEventCatalogService } from '../panel/services/event-catalog';
import { createEventsService } from '../panel/services/events';
import { createFlowControlService } from '../api/flow-control';
import { createJobsService } from '../panel/services/jobs';
import { createPlannedReconcileService } from '../panel/services/planned-reconcile';
import { createMessageExportService } from '../panel/services/message-export';
import { createMessagesService } from '../panel/services/messages';
import { createMetricsService } from '../panel/services/metrics';
import { createNativeWebhooksService } from '../panel/services/native-webhooks';
import { createOverviewService } from '../panel/services/overview';
import { createPanelFlowControlService } from '../panel/services/flow-control';
import { createPanelSchedulesService } from '../panel/services/schedules';
import { createPublishRateService } from '../qstash/service/publish-rate';
import { createPublisherService } from '../api/publisher';
import { createQueuesService } from '../api/queues';
import { createReceiversService } from '../api/receivers';
import { createRuntime } from '../runtime/runtime';
import { createSchedulesService } from '../api/schedules';
import { createFormatsService } from '../panel/services/formats';
import { createBatchesService } from '../panel/services/batches';
import { createAlertsService } from '../panel/services/alerts';
import { createManualSendsService } from '../panel/services/manual-sends';
import { createLoopGuardService } from '../panel/services/loop-guard';
import { createShapesService } from '../api/shapes';
import { createSettingsCodeService } from '../settings/as-code';
import { createSettingsService } from '../settings/settings';
import { createSignatureCheckService } from '../panel/services/signature-check';
import { createSetupService } from '../panel/services/setup';
import { createSigningKeysService } from '../panel/services/signing-keys';
import { createStatisticsService } from '../panel/services/statistics';
import { createTopicsService } from '../api/topics';
import { createQstashDlqService } from '../qstash/service/dlq';
import { createQstashLogsService } from '../qstash/service/logs';
import { createQstashMessagesService } from '../qstash/service/messages';
import { createQstashPublishService } from '../qstash/service/publish';
import { createQstashSchedulesService } from '../qstash/service/schedules';
import { createQstashTopicsService } from '../qstash/service/topics';

export default {
  runtime: ({ strapi }: { strapi: Core.Strapi }) => createRuntime(strapi),
  publisher: createPublisherService,
  topics: createTopicsService,
  endpoints: createEndpointsService,
  messages: createMessagesService,
  setup: createSetupService,
  'message-export': createMessageExportService,
  jobs: createJobsService,
  'planned-reconcile': createPlannedReconcileService,
  events: createEventsService,
  environments: createEnvironmentsService,
  metrics: createMetricsService,
  overview: createOverviewService,
  audit: createAuditService,
  'signature-check': createSignatureCheckService,
  statistics: createStatisticsService,
  deliveries: createDeliveriesService,
  'native-webhooks': createNativeWebhooksService,
  capture: createCaptureService,
  catalog: createCatalogService,
  'event-catalog': createEventCatalogService,
  cacheTags: createCacheTagsService,
  callbacks: createCallbacksService,
  receivers: createReceiversService,
  shapes: createShapesService,
  formats: createFormatsService,
  batches: createBatchesService,
  'loop-guard': createLoopGuardService,
  'manual-sends': createManualSendsService,
  alerts: createAlertsService,
  queues: createQueuesService,
  flowControl: createFlowControlService,
  panelFlowControl: createPanelFlowControlService,
  schedules: createSchedulesService,
  settings: createSettingsService,
  'settings-code': createSettingsCodeService,
  panelSchedules: createPanelSchedulesService,
  signingKeys: createSigningKeysService,
  'publish-rate': createPublishRateService,
  'qstash-publish': createQstashPublishService,
  'qstash-messages': createQstashMessagesService,
  'qstash-topics': createQstashTopicsService,
  'qstash-schedules': createQstashSchedulesService,
  'qstash-dlq': createQstashDlqService,
  'qstash-logs': createQstashLogsService,
};
