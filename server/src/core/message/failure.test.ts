import { errorOf, failureText } from './failure';
import type { Outcome } from './message';

const responded = (status: number, headers: Record<string, string | string[]> = {}): Outcome => ({
  kind: 'responded',
  status,
  headers,
  body: { text: '', encoding: 'utf8' },
  bodyTruncated: false,
});
const request = { url: 'https://shop.test/hooks/old?token=***', method: 'POST', headers: {} };
const error = (outcome: Outcome) => errorOf({ outcome, request });

it.each([
  ['https://shop.test/hooks/new', 'https://shop.test/hooks/new'],
  ['/login', 'https://shop.test/login'],
  ['../new?key=s3cret', 'https://shop.test/new?key=***'],
  ['https://user:pass@shop.test/', 'https://***@shop.test/'],
  ['http://[', 'http://['],
])('names the Location of a redirect: %s', (location, shown) => {
  const text = `redirects to ${shown}, and redirects are not followed`;
  expect(error(responded(302, { Location: location }))).toBe(`status 302: ${text}`);
  expect(error(responded(308, { location: [location] }))).toBe(`status 308: ${text}`);
});

it('keeps what a receiver writes there within bounds, on one line', () => {
  const text = error(responded(301, { location: `http://[\n${'x'.repeat(10_000)}` }));
  expect(text?.length).toBeLessThan(400);
  expect(text).not.toContain('\n');
});

it('leaves other responses to their status', () => {
  expect(error(responded(500))).toBeNull();
  expect(error(responded(302))).toBeNull();
  expect(error(responded(200, { location: '/made' }))).toBeNull();
  expect(failureText(responded(500))).toBe('status 500');
});

it('gives the reason that a response tells in a known form', () => {
  const outcome: Outcome = { ...(responded(400) as object), error: 'no queue' } as Outcome;
  expect(error(outcome)).toBe('no queue');
  expect(failureText(outcome)).toBe('no queue');
});

it('gives the reason when there was no response', () => {
  const outcome: Outcome = { kind: 'unreachable', error: 'connect ECONNREFUSED' };
  expect(error(outcome)).toBe('connect ECONNREFUSED');
  expect(failureText(outcome)).toBe('connect ECONNREFUSED');
});
