import fc from 'fast-check';

import { allHeaders, canonicalName, forwardedHeaders, headerMap } from './header-names';

it.each([
  ['x-request-id', 'X-Request-Id'],
  ['ETAG', 'Etag'],
  ['a--b', 'A--B'],
  ['', ''],
])('the canonical form of %s is %s', (name, canonical) => {
  expect(canonicalName(name)).toBe(canonical);
});

it('a canonical name stays the same name', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{0,20}$/), (name) => {
      const once = canonicalName(name);
      expect(once.toLowerCase()).toBe(name.toLowerCase());
      expect(canonicalName(once)).toBe(once);
    })
  );
});

it('repeated headers are joined', () => {
  expect(headerMap({ 'X-A': ['1', '2'], b: '3', c: undefined })).toEqual({
    'x-a': '1, 2',
    b: '3',
  });
});

it('headers are forwarded without their prefix, the content type apart', () => {
  expect(
    forwardedHeaders({
      'upstash-forward-x-a': '1',
      'upstash-forward-content-type': 'text/plain',
      'upstash-forward-': 'nothing',
      'x-b': '2',
    })
  ).toEqual({ 'X-A': '1' });
});

it('of all headers, those go on that a request may carry', () => {
  const kept = allHeaders(
    {
      'x-a': '1',
      'x-long': 'x'.repeat(5_000),
      'webhook-id': 'theirs',
      'upstash-delay': '1s',
      'content-length': '3',
      'proxy-authorization': 'secret',
      authorization: 'secret',
    },
    false
  );
  expect(kept).toEqual({ 'X-A': '1' });
});
