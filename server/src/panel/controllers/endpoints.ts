import type { Core } from '@strapi/strapi';

import type {
  EndpointInput,
  EntryTestInput,
  ResumeInput,
  RotateInput,
  SetupInput,
  SignatureCheckInput,
} from '../contract';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';
import { entryTestFor, testFor, trialFor } from './payloads';

export const createEndpointsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const endpoints = () => serviceOf(strapi, 'endpoints');
  const formats = () => serviceOf(strapi, 'formats');
  const batches = () => serviceOf(strapi, 'batches');
  const loopGuard = () => serviceOf(strapi, 'loop-guard');
  return {
    find: answer(() => endpoints().list()),
    health: answer(() => endpoints().health()),
    findOne: answer(({ id }) => endpoints().get(id())),
    create: answer<EndpointInput>(({ body }) => endpoints().create(body), 201),
    setup: answer<SetupInput>(({ body, demand }) => {
      demand('topics.create');
      return serviceOf(strapi, 'setup').create(body);
    }, 201),
    update: answer<EndpointInput & { version: number }>(({ id, body: { version, ...input } }) =>
      endpoints().update(id(), input, version)
    ),
    delete: answer<undefined, { cancelPending: boolean }>(({ id, query, demand }) => {
      if (query.cancelPending) demand('messages.cancel');
      return endpoints().remove(id(), query.cancelPending);
    }),
    pause: answer<{ reason?: string }>(({ id, body }) => endpoints().pause(id(), body.reason)),
    resume: answer<ResumeInput>(({ id, body, demand }) => {
      if (body.held === 'skip') demand('messages.cancel');
      return endpoints().resume(id(), body);
    }),
    rotateSecret: answer<RotateInput>(({ id, body }) => endpoints().rotateSecret(id(), body)),
    actors: answer(() => loopGuard().actors()),
    heldDocuments: answer(({ id }) => loopGuard().held(id())),
    releaseDocument: answer(({ id, body }) => loopGuard().release(id(), body)),
    waitingBatch: answer(({ id }) => batches().waiting(id())),
    sendBatch: answer(({ id }) => batches().sendNow(id())),
    formats: answer(() => formats().list()),
    previewShape: answer(({ body }) => formats().preview(body)),
    trial: answer(async (call) => trialFor(call, await formats().tryEndpoint(call.body))),
    retryPreview: answer<{ retryPolicy?: unknown }>(({ body }) =>
      endpoints().previewRetries(body.retryPolicy)
    ),
    checkSignature: answer<SignatureCheckInput>(({ id, body, may }) =>
      serviceOf(strapi, 'signature-check').check(id(), body, {
        mayReadMessages: may('messages.read'),
        mayReadPayloads: may('messages.read-payload'),
      })
    ),
    acknowledgeSchema: answer(({ id }) => endpoints().acknowledgeSchema(id())),
    test: answer<Partial<EntryTestInput>>(async (call) => {
      const { entry, ...options } = call.body;
      return entry === undefined
        ? testFor(call, await endpoints().test(call.id()))
        : entryTestFor(call, await endpoints().testEntry(call.id(), { entry, ...options }));
    }),
  };
};
