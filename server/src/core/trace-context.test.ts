import { parseTraceContext } from './trace-context';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${TRACE}-${SPAN}-01`;

it('takes a parent, and its state', () => {
  expect(parseTraceContext(PARENT, 'rojo=00f067aa0ba902b7,congo=t61')).toEqual({
    traceparent: PARENT,
    tracestate: 'rojo=00f067aa0ba902b7,congo=t61',
  });
  expect(parseTraceContext(PARENT, undefined)).toEqual({ traceparent: PARENT });
});

it('takes of a later version what is promised to stay', () => {
  expect(parseTraceContext(`cc-${TRACE}-${SPAN}-01-what-the-future`, undefined)).toEqual({
    traceparent: PARENT,
  });
});

it.each([
  ['nothing', undefined],
  ['an empty one', ''],
  ['upper case', PARENT.toUpperCase()],
  ['an all-zero trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['an all-zero span', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
  ['version 00 with more', `${PARENT}-extra`],
  ['a line break', `${PARENT}\r\nx: y`],
  ['a very long one', `cc-${TRACE}-${SPAN}-01-${'a'.repeat(1_000)}`],
])('does not take %s', (_what, traceparent) => {
  expect(parseTraceContext(traceparent, 'a=b')).toBeNull();
});

it.each([
  ['too long', `a=${'b'.repeat(512)}`],
  ['of too many members', Array.from({ length: 33 }, (_, n) => `k${n}=v`).join(',')],
  ['that cannot be sent', 'a=b\r\nx: y'],
])('drops a state %s, and keeps the parent', (_what, tracestate) => {
  expect(parseTraceContext(PARENT, tracestate)).toEqual({ traceparent: PARENT });
});
