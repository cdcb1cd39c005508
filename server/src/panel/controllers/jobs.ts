import type { Core } from '@strapi/strapi';

import type { BackfillInput, DifferenceQuery, ReconcileInput } from '../contract';
import { answer } from './call';
import { differencesFor } from './payloads';
import { serviceOf } from '../../app/service-of';

export const createJobsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const jobs = () => serviceOf(strapi, 'jobs');
  return {
    find: answer(() => jobs().list()),
    findOne: answer(({ id }) => jobs().get(id())),
    /**
     * Canceling a job takes the permission to start one of its kind. Only the job knows its kind.
     */
    cancel: answer(async ({ id, demand }) => {
      const { kind } = await jobs().get(id());
      demand(kind === 'cancel' || kind === 'delete' ? `messages.${kind}` : 'messages.replay');
      return jobs().cancel(id());
    }),
    pause: answer(({ id }) => jobs().pause(id())),
    resume: answer(({ id }) => jobs().resume(id())),
    backfill: answer<BackfillInput>(({ id, body }) => jobs().backfill(id(), body)),
    reconcile: answer<ReconcileInput>(({ id, body }) => jobs().reconcile(id(), body)),
    offers: answer(() => jobs().offers()),
    dismissOffers: answer<{ endpointIds: number[] }>(({ body }) => jobs().dismissOffers(body)),
    differences: answer<undefined, DifferenceQuery & { pageSize: number }>(async (call) =>
      differencesFor(call, await jobs().differences(call.id(), call.query))
    ),
    ledger: answer(({ id }) => jobs().ledger(id())),
    forgetLedger: answer<{ since: number }>(({ id, body }) => jobs().forgetLedger(id(), body)),
  };
};
