/** Labels of the settings that forms have. The others are shown by their names in the API. */
import type { TranslationKey } from '../../utils/translation';

const LABELS: Readonly<Record<string, TranslationKey>> = {
  name: 'endpoint.name',
  url: 'endpoint.url',
  method: 'endpoint.method',
  topics: 'endpoint.topics',
  state: 'endpoints.column.state',
  stateReason: 'audit.setting.reason',
  secret: 'audit.setting.secret',
  signatures: 'endpoint.signatures',
  maxParallel: 'endpoint.parallel',
  retryPolicy: 'retry.kind',
  jitterPercent: 'retry.jitter',
  finalStatuses: 'retry.final',
  filter: 'filter.title',
  description: 'topic.description',
  enabled: 'topic.enabled',
  events: 'topic.events.title',
  contentTypes: 'topic.types.title',
  endpoints: 'topic.endpoints',
  cron: 'schedule.cron',
  timezone: 'schedule.timezone',
  payload: 'schedule.payload',
  messages: 'dead.column.count',
  parallelism: 'queue.parallelism',
  rate: 'flow.rate',
  parallelismPinned: 'audit.setting.parallelism-pinned',
  ratePinned: 'audit.setting.rate-pinned',
  paused: 'endpoint.state.paused',
  signatureHeader: 'endpoint.signature-header',
  cloudEvents: 'endpoint.cloud-events',
  ignoredActors: 'guard.actors',
  delivery: 'mode.title',
  rateLimit: 'rate.count',
  shape: 'shape.title',
  callbacks: 'callbacks.title',
  ledger: 'ledger.keep',
  reconcile: 'ledger.when',
  failedMessages: 'alerts.failed',
  emails: 'alerts.emails',
  endpointIds: 'alerts.whom',
  backlogMs: 'audit.setting.backlog',
};

export const settingLabel = (setting: string): TranslationKey | undefined => LABELS[setting];

/** A value as text: lists of names by comma, all else that is not text as JSON. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) {
    return value.length === 0 ? '–' : value.map(String).join(', ');
  }
  return JSON.stringify(value);
}
