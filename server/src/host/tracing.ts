/**
 * Continues the trace of the request that made a change. With OpenTelemetry in the app, each attempt is a
 * client span of that trace.
 *
 * `@opentelemetry/api` is loaded from the app's modules, where its SDK is registered.
 */
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Core } from '@strapi/strapi';

import { memoize } from '../core/memo';
import type { OutgoingRequest } from '../core/message/request';
import { redactUrl } from '../core/safety/redact';
import { parseTraceContext, traceHeaders, type TraceContext } from '../core/trace-context';
import type { Sender } from '../delivery/loop/ports';
import { PLUGIN_ID } from '../plugin-id';
import { createLoadPackage } from './app-packages';
import { prefixedLog } from './log';

type Api = typeof OpenTelemetry;
type Sent = Awaited<ReturnType<Sender['send']>>;

export interface Tracing {
  /** The context of the active span, or of the current request. */
  current(): TraceContext | null;
  /** Wraps each request of the sender in a span. */
  traced<S extends Sender>(sender: S): S;
}

const OFF: Tracing = { current: () => null, traced: (sender) => sender };

export function createTracing(strapi: Core.Strapi, enabled: boolean): Tracing {
  if (!enabled) return OFF;
  const api = hostsApi(strapi);

  function incoming(): TraceContext | null {
    const headers = strapi.requestContext.get()?.request.headers;
    return parseTraceContext(headers?.traceparent as string, headers?.tracestate as string);
  }

  return {
    current: () =>
      (api && traceOf(api, api.trace.getSpanContext(api.context.active()))) ?? incoming(),

    traced: (sender) =>
      api === null
        ? sender
        : { ...sender, send: (request, signal) => sendInSpan(api, sender, request, signal) },
  };
}

function hostsApi(strapi: Core.Strapi): Api | null {
  try {
    return createLoadPackage(strapi)<Api>('@opentelemetry/api');
  } catch (error) {
    // A missing package is normal. A broken one is not, but must not prevent the start.
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') {
      prefixedLog(strapi).warn('@opentelemetry/api cannot be loaded: no spans', {
        error,
      });
    }
    return null;
  }
}

function traceOf(
  { isSpanContextValid }: Api,
  span: OpenTelemetry.SpanContext | undefined
): TraceContext | null {
  if (span === undefined || !isSpanContextValid(span)) return null;
  const flags = span.traceFlags.toString(16).padStart(2, '0');
  const traceparent = `00-${span.traceId}-${span.spanId}-${flags}`;
  return parseTraceContext(traceparent, span.traceState?.serialize());
}

/** Without an SDK the span does not record, and the stored context is sent. */
function sendInSpan(
  api: Api,
  sender: Sender,
  request: OutgoingRequest,
  signal: AbortSignal
): Promise<Sent> {
  const options = { kind: api.SpanKind.CLIENT, attributes: attributesOf(request) };
  const tracer = api.trace.getTracer(PLUGIN_ID);
  const span = tracer.startSpan(request.method, options, parentOf(api, request));
  if (!span.isRecording()) return sender.send(request, signal);
  const headers = { ...request.headers, ...traceHeaders(traceOf(api, span.spanContext())) };
  return sender.send({ ...request, headers }, signal).then((result) => {
    end(api, span, result);
    return result;
  });
}

const hostnameOf = memoize((url) => new URL(url).hostname);

const attributesOf = ({ method, url, headers }: OutgoingRequest) => ({
  'http.request.method': method,
  'url.full': redactUrl(url),
  'server.address': hostnameOf(url),
  'messaging.message.id': headers['webhook-id'] ?? '',
});

function parentOf({ trace, ROOT_CONTEXT }: Api, { headers }: OutgoingRequest) {
  const parent = parseTraceContext(headers.traceparent, undefined);
  const [, traceId, spanId, flags] = parent?.traceparent.split('-') ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags ?? '0', 16);
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function end({ SpanStatusCode }: Api, span: OpenTelemetry.Span, result: Sent): void {
  if (result === 'aborted') {
    span.setAttribute('error.type', 'aborted');
  } else if (result.kind === 'responded') {
    span.setAttribute('http.response.status_code', result.status);
    if (result.status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
  } else {
    span.setAttribute('error.type', result.kind);
    span.setStatus({ code: SpanStatusCode.ERROR, message: result.error });
  }
  span.end();
}
