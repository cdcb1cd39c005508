/** Creates, reads and deletes schedules. */
import type { Core } from '@strapi/strapi';
import pick from 'lodash/pick';

import { DEFAULT_PUBLISH_POLICY, maxRetriesOf } from '../../core/retry/backoff';
import type { MessageState } from '../../core/message/message';
import { PLUGIN_ID } from '../../plugin-id';
import { takeOptions } from '../format/request-target';
import { scheduleJson, type QstashSchedule } from '../format/resources-json';
import { scheduleOptions } from '../format/schedule-options';
import { QstashError } from '../format/error';
import { withoutUndefined } from '../format/without-undefined';
import { runtimeOf } from '../../runtime/runtime';
import type { ScheduleView, SchedulesService } from '../../api/schedules';
import { reworded, type QstashPublish, type QstashPublishService } from './publish';
import { withoutSecrets } from './view';

type RunState = QstashSchedule['lastStates'][string];

const RUN_STATES: Record<MessageState, RunState> = {
  pending: 'IN_PROGRESS',
  active: 'IN_PROGRESS',
  delivered: 'SUCCESS',
  dead: 'FAIL',
  canceled: 'FAIL',
};

export const createQstashSchedulesService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const schedules = () => strapi.plugin(PLUGIN_ID).service<SchedulesService>('schedules');
  const publishing = () => strapi.plugin(PLUGIN_ID).service<QstashPublishService>('qstash-publish');

  async function json(views: readonly ScheduleView[]) {
    const ids = views.flatMap(({ lastMessageIds }) => lastMessageIds);
    const rows = await runtime().store.findMessages(ids);
    const states = new Map(rows.map(({ messageId, state }) => [messageId, RUN_STATES[state]]));
    const digest = runtime().redactor.digest;
    return views.map((view) => scheduleJson(qstashSchedule(view, states), digest));
  }

  return {
    /** Creates a schedule, or replaces the one with this id. @throws QstashError, CoreError */
    async create(request: QstashPublish): Promise<{ scheduleId: string }> {
      const { headers, callerIp } = request;
      const { options } = takeOptions(request.query);
      const { queue, ...when } = scheduleOptions({ headers, query: options });
      const { destination, input } = await publishing().prepare({
        ...request,
        ...(queue !== undefined && { queue }),
      });
      return reworded(destination, () =>
        // With this source, handlers of the app's own code are refused.
        schedules().create({ ...when, publish: input }, { source: 'api', callerIp })
      );
    },

    list: async () => json(await schedules().list()),

    /** @throws QstashError 404 */
    async get(scheduleId: string) {
      const view = await schedules().get(scheduleId);
      if (view === null) throw notFound(scheduleId);
      return (await json([view]))[0];
    },

    /** @throws QstashError 404 */
    async remove(scheduleId: string): Promise<void> {
      if (!(await schedules().remove(scheduleId))) throw notFound(scheduleId);
    },
  };
};

const DEFAULTS = {
  method: 'POST',
  headers: {},
  contentType: null,
  delayMs: null,
  timeoutMs: null,
  flowControl: null,
  labels: [],
};

const notFound = (scheduleId: string): QstashError =>
  new QstashError(404, `schedule ${scheduleId} not found`);

const SHOWN = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];

/** Redacted values are hashed already. */
function qstashSchedule(view: ScheduleView, states: ReadonlyMap<string, RunState>): QstashSchedule {
  const { publish, timezone, ...own } = view;
  const policy = publish.retryPolicy ?? DEFAULT_PUBLISH_POLICY;
  const lastStates = view.lastMessageIds.flatMap((messageId) => {
    const state = states.get(messageId);
    return state === undefined ? [] : [[messageId, state] as const];
  });
  return {
    ...own,
    ...(timezone !== null && { timezone }),
    ...publishedPart(publish),
    retries: maxRetriesOf(policy),
    retryDelayExpression: policy.kind === 'expression' ? policy.expression : null,
    lastStates: Object.fromEntries(lastStates),
    error: view.lastError,
  };
}

function publishedPart({ callbacks, body, ...publish }: ScheduleView['publish']) {
  return {
    ...DEFAULTS,
    ...withoutUndefined(pick(publish, SHOWN)),
    body,
    callbacks: callbacks ? withoutSecrets(callbacks) : null,
    queueName: publish.queue ?? null,
    redact: null,
  };
}
