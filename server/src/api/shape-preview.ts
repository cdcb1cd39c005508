/** Shows what a shape makes of an event, before it is saved. */
import type { ShapeInput, ShapePreview, ShapedRequest } from './types';
import type { NewEvent } from '../core/message/message';
import { storeBody } from '../core/message/payload';
import type { EndpointSettings } from '../delivery/engine/directory';
import type { Runtime } from '../runtime/runtime';
import { shapeOf } from './shape-input';

const SAMPLE = {
  uid: 'api::article.article',
  documentId: 'a1b2c3d4e5f6g7h8i9j0k1l2',
  locale: 'en',
  title: 'Hello, world',
};

/** An event like those of Strapi, without anybody's content. */
function sampleEvent(now: number): NewEvent {
  const { uid, documentId, locale, title } = SAMPLE;
  const createdAt = new Date(now).toISOString();
  const entry = { id: 1, documentId, title, locale, publishedAt: createdAt };
  const payload = { event: 'entry.publish', createdAt, model: 'article', uid, entry };
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
  };
}

/** @throws CoreError as saving the shape would. */
export function previewShape(runtime: Runtime, input: ShapeInput | null): ShapePreview {
  const event = sampleEvent(runtime.clock.now());
  return requestOf(runtime, event, { shape: shapeOf(runtime, input) });
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
