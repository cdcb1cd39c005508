/** A trace goes from the request that made a change to the receiver, with OpenTelemetry's own API and SDK. */
import { context, propagation, ROOT_CONTEXT, trace, SpanKind } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

import type { MessageDetail } from '../../server/src/panel/contract';
import type { PublisherService } from '../../server/src/api/publisher';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const INCOMING = `00-${TRACE}-b7ad6b7169203331-01`;

let api: AdminApi;
beforeAll(async () => {
  api = await bootAdminApi();
}, 120_000);
afterAll(() => api.close());

/** Publishes over HTTP, as a client with these headers. @returns the message's id. */
async function publishWith(headers: Record<string, string>, topic: string): Promise<string> {
  const { origin, apiToken } = api.app.http;
  const response = await fetch(`${origin}/api/guaranteed-webhooks/v2/publish/${topic}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiToken}`, ...headers },
    body: '{}',
  });
  const [{ messageId = '' } = {}] = (await response.json()) as { messageId?: string }[];
  await api.deliver();
  return messageId;
}

const sent = (messageId: string) => api.received(messageId).map(({ headers }) => headers);

it('passes on the request’s trace context on every attempt', async () => {
  const { topic } = await api.subscribe(500);
  const id = await publishWith({ traceparent: INCOMING, tracestate: 'shop=1' }, topic.name);
  await api.post(`/messages/${id}/replay`);
  await api.deliver();
  expect(sent(id)).toHaveLength(2);
  for (const headers of sent(id)) {
    expect(headers).toMatchObject({ traceparent: INCOMING, tracestate: 'shop=1' });
  }
  const { attemptLog } = await api.get<MessageDetail>(`/messages/${id}`);
  expect(attemptLog[0]?.request.headers).toMatchObject({ traceparent: INCOMING });
});

it('passes on no invalid trace context, and creates none', async () => {
  const { topic } = await api.subscribe(200);
  const id = await publishWith({ traceparent: 'hello', tracestate: 'a=b' }, topic.name);
  expect(sent(id)[0]).not.toHaveProperty('traceparent');
  expect(sent(id)[0]).not.toHaveProperty('tracestate');
});

describe('with an SDK in the app', () => {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    );
  });
  afterAll(() => {
    context.disable();
    propagation.disable();
    trace.disable();
  });
  beforeEach(() => exporter.reset());

  it('links a span for each attempt to the span of the change', async () => {
    const { topic, endpoint } = await api.subscribe(500);
    const span = trace.getTracer('test').startSpan('publish an article', {}, ROOT_CONTEXT);
    const publisher = api.app.strapi
      .plugin('guaranteed-webhooks')
      .service<PublisherService>('publisher');
    const published = await context.with(trace.setSpan(ROOT_CONTEXT, span), () =>
      publisher.publish({ topic: topic.name, payload: {} })
    );
    const messageId = published.messageIds[0] ?? '';
    span.end();
    await api.deliver();

    const { traceId, spanId } = span.spanContext();
    const attempt = exporter.getFinishedSpans().find(({ kind }) => kind === SpanKind.CLIENT);
    expect(attempt?.parentSpanContext).toMatchObject({ traceId, spanId });
    expect(attempt?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 500,
      'url.full': endpoint.url,
    });
    const own = attempt?.spanContext();
    expect(sent(messageId)[0]).toMatchObject({ traceparent: `00-${traceId}-${own?.spanId}-01` });
  });
});
