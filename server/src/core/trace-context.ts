/**
 * The trace an event belongs to, as it is stored with it and sent to receivers.
 *
 * Source: W3C Trace Context, https://www.w3.org/TR/trace-context/: what does not parse is dropped, not
 * mended; a `tracestate` is worth nothing without its `traceparent`.
 */
export interface TraceContext {
  traceparent: string;
  tracestate?: string;
}

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const ALL_ZERO = /^0+$/;
const VERSION = '00';
const MAX_TRACEPARENT_LENGTH = 200;
/** Vendors should carry at least so much; more is dropped as a whole. */
const MAX_TRACESTATE_LENGTH = 512;
const MAX_TRACESTATE_MEMBERS = 32;
/** Printable ASCII and tab: anything else could not be sent as a header. */
const SENDABLE = /^[\t\x20-\x7e]*$/;

/** @returns null when there is no valid parent. */
export function parseTraceContext(
  traceparent: string | undefined,
  tracestate: string | undefined
): TraceContext | null {
  const parent = normalParent(traceparent?.trim() ?? '');
  if (parent === null) return null;
  const state = tracestate?.trim() ?? '';
  return isState(state) ? { traceparent: parent, tracestate: state } : { traceparent: parent };
}

export const traceHeaders = (trace: TraceContext | null | undefined): Record<string, string> =>
  trace ? { ...trace } : {};

/** Of a later version, the part that is promised to stay: that is what we can vouch for. */
function normalParent(text: string): string | null {
  if (text.length > MAX_TRACEPARENT_LENGTH) return null;
  const match = TRACEPARENT.exec(text);
  if (match === null) return null;
  const [, version, traceId = '', spanId = '', flags, rest] = match;
  if (version === 'ff' || (version === VERSION && rest !== undefined)) return null;
  if (ALL_ZERO.test(traceId) || ALL_ZERO.test(spanId)) return null;
  return [VERSION, traceId, spanId, flags].join('-');
}

const isState = (text: string): boolean =>
  text !== '' &&
  text.length <= MAX_TRACESTATE_LENGTH &&
  SENDABLE.test(text) &&
  text.split(',').length <= MAX_TRACESTATE_MEMBERS;
