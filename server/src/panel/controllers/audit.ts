/** The audit log, and the wrapper of the actions that are in it. */
import type { Core } from '@strapi/strapi';

import type { AuditedItem, AuditEntry, AuditQuery, Page } from '../contract';
import type { Permission } from '../permissions';
import { AUDITED } from '../routes/audited';
import { serviceOf } from '../../app/service-of';
import { answer, type AdminContext, type Call } from './call';

/** Settings are shown to those who may read the item itself. */
const READS: Record<AuditedItem, Permission> = {
  topic: 'topics.read',
  endpoint: 'endpoints.read',
  schedule: 'schedules.read',
  queue: 'queues.read',
  'flow-key': 'flow-control.read',
  message: 'messages.read',
  job: 'messages.read',
  'signing-keys': 'signing-keys.read',
  environment: 'messages.read',
  alerts: 'alerts.read',
};

interface Paged {
  cursor?: string;
  pageSize: number;
}

export const createAuditController = ({ strapi }: { strapi: Core.Strapi }) => {
  const audit = () => serviceOf(strapi, 'audit');
  return {
    find: answer<undefined, AuditQuery & Paged>(async (call) => {
      const { actorKind, actorId, item, key, ...page } = call.query;
      const actor = actorKind && actorId ? { kind: actorKind, id: actorId } : undefined;
      return shownTo(call, await audit().list({ item, key, actor }, page));
    }),
    people: answer(() => audit().people()),
    endpointHistory: answer<undefined, Paged>(({ id, query }) =>
      audit().list({ item: 'endpoint', key: String(id()) }, query)
    ),
  };
};

function shownTo(call: Pick<Call, 'may'>, page: Page<AuditEntry>): Page<AuditEntry> {
  const hidden = (entry: AuditEntry): AuditEntry =>
    call.may(READS[entry.item])
      ? entry
      : {
          ...entry,
          changes: entry.changes.map((change) => ({ ...change, from: null, to: null })),
        };
  return { ...page, results: page.results.map(hidden) };
}

type Action = (context: AdminContext) => Promise<void>;

/** Adds the audit log to a controller of the admin API. @param name as in the handlers of the routes. */
export const audited =
  <Actions extends Record<string, Action>>(
    name: string,
    create: (deps: { strapi: Core.Strapi }) => Actions
  ) =>
  ({ strapi }: { strapi: Core.Strapi }): Actions => {
    const actions = create({ strapi });
    const wrapped = Object.entries(actions).map(([action, run]): [string, Action] => {
      const entry = AUDITED[`${name}.${action}`];
      if (entry === undefined) return [action, run];
      return [
        action,
        (context) => serviceOf(strapi, 'audit').during(entry, keyIn(context), () => run(context)),
      ];
    });
    return Object.fromEntries(wrapped) as Actions;
  };

/** Names in the path; a flow-control key is in the body. */
function keyIn({ params, state }: AdminContext): string | null {
  const { id, messageId, scheduleId, name } = params;
  const body = state.checkedInput?.body as { key?: unknown } | undefined;
  const key = typeof body?.key === 'string' ? body.key : null;
  return id ?? messageId ?? scheduleId ?? name ?? key;
}
