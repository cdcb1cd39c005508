import type { Core } from '@strapi/strapi';

import type { EndpointInput, ResumeInput, RotateInput, SignatureCheckInput } from '../contract';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';
import { testFor } from './payloads';

export const createEndpointsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const endpoints = () => serviceOf(strapi, 'endpoints');
  const formats = () => serviceOf(strapi, 'formats');
  const loopGuard = () => serviceOf(strapi, 'loop-guard');
  return {
    find: answer(() => endpoints().list()),
    health: answer(() => endpoints().health()),
    findOne: answer(({ id }) => endpoints().get(id())),
    create: answer<EndpointInput>(({ body }) => endpoints().create(body), 201),
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
    formats: answer(() => formats().list()),
    previewShape: answer(({ body }) => formats().preview(body)),
    retryPreview: answer<{ retryPolicy?: unknown }>(({ body }) =>
      endpoints().previewRetries(body.retryPolicy)
    ),
    checkSignature: answer<SignatureCheckInput>(({ id, body }) =>
      serviceOf(strapi, 'signature-check').check(id(), body)
    ),
    test: answer(async (call) => testFor(call, await endpoints().test(call.id()))),
  };
};
