import { redactHeaders, redactUrl } from './redact';

describe('redactUrl', () => {
  it.each([
    ['https://example.com/hook', 'https://example.com/hook'],
    [
      'https://example.com:8443/a/b?x=1&token=s3cret',
      'https://example.com:8443/a/b?x=***&token=***',
    ],
    ['https://user:s3cret@example.com/', 'https://***@example.com/'],
    ['https://s3cret@example.com/', 'https://***@example.com/'],
    ['https://example.com/?s3cret', 'https://example.com/?***'],
    ['https://example.com/?a=b=s3cret', 'https://example.com/?a=***'],
    ['https://example.com/#s3cret', 'https://example.com/'],
    ['https://example.com/?', 'https://example.com/'],
    ['s3cret', '(not a URL)'],
  ])('%s', (url, shown) => expect(redactUrl(url)).toBe(shown));
});

describe('redactHeaders', () => {
  const shown = (name: string, secretNames: string[] = []) =>
    redactHeaders({ [name]: 'value' }, new Set(secretNames))[name];

  it.each([
    'Authorization',
    'authorization',
    'Cookie',
    'Proxy-Authorization',
    'X-Api-Key',
    'X-Auth',
    'X-Vercel-Token',
    'X-Client-Secret',
    'X-Password',
    'X-Hub-Signature-256',
    'Upstash-Signature',
    'X-Session',
  ])('masks %s', (name) => expect(shown(name)).toBe('***'));

  it.each([
    'Content-Type',
    'User-Agent',
    'X-Strapi-Event',
    'X-Author',
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
    'Upstash-Message-Id',
    'Upstash-Retried',
    'Idempotency-Key',
  ])('shows %s', (name) => expect(shown(name)).toBe('value'));

  it('masks what the operator marked, in any case, even what is usually shown', () => {
    expect(shown('X-Tenant', ['x-tenant'])).toBe('***');
    expect(shown('Idempotency-Key', ['idempotency-key'])).toBe('***');
  });
});
