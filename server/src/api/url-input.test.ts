import { createUrlPolicy } from '../core/safety/url-safety';
import { urlColumns } from './url-input';

const urlPolicy = createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } });
const crypt = { encrypt: (text: string) => `enc:${text}` };
const around = { urlPolicy, crypt, targetProblem: () => null };
const stored = { url: 'nats://***@example.com/a', credentials: 'enc:stored' };

it('stores credentials apart from the URL', () => {
  expect(urlColumns(around, 'nats://ada:secret@example.com/a', undefined)).toEqual({
    url: 'nats://***@example.com/a',
    credentials: 'enc:{"username":"ada","password":"secret"}',
  });
  expect(urlColumns(around, 'https://example.com/', stored)).toEqual({
    url: 'https://example.com/',
    credentials: null,
  });
});

it('keeps them for the same server, and drops them when they are left out', () => {
  expect(urlColumns(around, 'nats://***@example.com/b', stored)).toEqual({
    ...stored,
    url: 'nats://***@example.com/b',
  });
  expect(urlColumns(around, 'nats://example.com/a', stored).credentials).toBeNull();
});

it.each([
  ['another server', 'nats://***@example.org/a', stored],
  ['a plain connection', 'nats://***@example.com/a', { ...stored, url: 'tls://***@example.com/a' }],
  ['a new endpoint', 'nats://***@example.com/a', undefined],
  ['what was none', 'nats://***@example.com/a', { url: 'https://example.com/', credentials: null }],
])('does not keep them for %s', (_what, url, known) =>
  expect(() => urlColumns(around, url, known)).toThrow(
    expect.objectContaining({ code: 'INVALID_URL', field: 'url' }) as Error
  )
);

it('says which packages are missing', () => {
  const missing = {
    ...around,
    targetProblem: () => 'needs packages that are not installed: npm i',
  };
  expect(() => urlColumns(missing, 'nats://example.com/a', undefined)).toThrow(
    expect.objectContaining({
      code: 'INVALID_URL',
      message: 'url needs packages that are not installed: npm i',
    }) as Error
  );
});

it.each([
  ['no access key', '', 'has no access key'],
  ['no secret', 'AKID@', 'has no access key'],
  ['an id that is none', 'AK-ID:secret-text@', 'is not letters and digits'],
])('refuses a cloud service with %s', (_what, userinfo, problem) => {
  const url = `sqs://${userinfo}sqs.eu-west-1.amazonaws.com/123456789012/articles`;
  expect(() => urlColumns(around, url, undefined)).toThrow(problem);
  expect(() => urlColumns(around, url, undefined)).not.toThrow('secret-text');
});

it('refuses Pub/Sub without a key file', () => {
  const url = (userinfo: string) =>
    `pubsub://${userinfo}pubsub.googleapis.com/projects/shop/topics/articles`;
  expect(() => urlColumns(around, url(''), undefined)).toThrow('has no key file');
  expect(() => urlColumns(around, url('bm90aGluZw==@'), undefined)).toThrow('has no key file');
});
