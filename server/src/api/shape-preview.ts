/** Shows what a shape makes of an event, before it is saved. */
import pick from 'lodash/pick';

import type { ShapeInput, ShapePreview, ShapedRequest } from './types';
import type { NewEvent } from '../core/message/message';
import { storeBody } from '../core/message/payload';
import type { EndpointSettings } from '../delivery/engine/directory';
import type { Runtime } from '../runtime/runtime';
import { viewOf, type View } from '../core/shape/view';
import { shapeOf } from './shape-input';

const SAMPLE = {
  uid: 'api::article.article',
  documentId: 'a1b2c3d4e5f6g7h8i9j0k1l2',
  locale: 'en',
  title: 'Hello, world',
};

/** An event like those of Strapi, without anybody's content. */
function sampleEvent(now: number, view: View | null): NewEvent {
  const { uid, documentId, locale, title } = SAMPLE;
  const createdAt = new Date(now).toISOString();
  const entry = { id: 1, documentId, title, locale, publishedAt: createdAt };
  const payload = { event: 'entry.publish', createdAt, model: 'article', uid, entry };
  const facts = { previous: { ...entry, title: 'Hello' }, changed: ['title'] };
  const viewed = storeBody(
    Buffer.from(JSON.stringify({ ...payload, ...pick(facts, view?.include ?? []) }))
  );
  return {
    name: payload.event,
    uid,
    entryDocumentId: documentId,
    entryLocale: locale,
    body: storeBody(Buffer.from(JSON.stringify(payload))),
    contentType: 'application/json',
    actor: { kind: 'admin', id: 1, label: 'Ada' },
    source: 'test',
    occurredAt: now,
    ...(view && { views: new Map([[view.key, { body: viewed }]]) }),
  };
}

/** @throws CoreError as saving the shape would. */
export function previewShape(runtime: Runtime, input: ShapeInput | null): ShapePreview {
  const shape = shapeOf(runtime, input);
  const view = shape && viewOf(shape, runtime.formats.needs);
  return requestOf(runtime, sampleEvent(runtime.clock.now(), view), { shape });
}

/** Previews what an endpoint with this shape is sent of an event, headers of the endpoint aside. */
export function requestOf(
  { recorder }: Runtime,
  event: NewEvent,
  endpoint: Pick<EndpointSettings, 'shape'>
): ShapePreview {
  const shaped = recorder.shaped(event, endpoint);
  if (shaped === null) return { request: null, problem: null };
  const { body, headers = {}, rendering } = shaped;
  const request: ShapedRequest = {
    method: rendering?.method ?? null,
    contentType: rendering?.contentType ?? event.contentType,
    headers,
    body: body ?? event.body,
  };
  return { request, problem: rendering?.problem ?? null };
}
