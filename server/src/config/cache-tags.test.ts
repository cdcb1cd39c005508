import config from '.';

const refusal = (cacheTags: object): string => {
  try {
    config.validator({ cacheTags });
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

it.each<[object, string]>([
  [
    { headers: ['Cache-Tag', 'Cache Tag'] },
    'cacheTags.headers.1: header "Cache Tag" is not a valid name: letters, digits and - are safe',
  ],
  [
    { headers: ['Set-Cookie'] },
    'cacheTags.headers.0: header "Set-Cookie" cannot be set: it has another meaning',
  ],
  [{ headers: ['xkey', 'XKEY'] }, 'cacheTags.headers: has a header twice'],
  [{ headers: [] }, 'cacheTags.headers: Too small'],
  [{ maxBytes: 100 }, 'cacheTags.maxBytes: Too small'],
  [{ header: 'Cache-Tag' }, 'cacheTags: Unrecognized key'],
])('%j stops the start, with the option and the reason', (given, reason) => {
  expect(refusal(given)).toContain(`guaranteed-webhooks config: ${reason}`);
});

it('is off unless switched on', () => {
  expect(config.default().cacheTags).toEqual({
    enabled: false,
    headers: ['Cache-Tag'],
    maxBytes: 2_048,
  });
});
