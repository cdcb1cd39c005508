import { createUrlPolicy } from '../safety/url-safety';
import { assertEndpointUrl, isTlsUrl, readBrokerUrl } from './broker-url';

const policyOf = (httpsOnly = false) =>
  createUrlPolicy({ httpsOnly, allow: { hosts: ['localhost'], cidrs: ['10.0.0.0/8'] } });

const check = (url: string, httpsOnly = false) =>
  assertEndpointUrl(url, policyOf(httpsOnly), 'url');

const refusal = (code: string): Error => expect.objectContaining({ code, field: 'url' }) as Error;

it('reads server and address', () => {
  expect(readBrokerUrl('nats://***@example.com/articles.published')).toEqual({
    broker: 'nats',
    isTls: false,
    host: 'example.com',
    port: 4222,
    address: 'articles.published',
  });
  expect(readBrokerUrl('TLS://[2001:db8::1]:4223/a%2Fb')).toMatchObject({
    isTls: true,
    host: '2001:db8::1',
    port: 4223,
    address: 'a/b',
  });
});

it.each([
  ['nats://10.0.0.1:4222/articles'],
  ['nats://example.com/articles'],
  ['tls://user:password@example.com/articles'],
  ['redis://10.0.0.1:6379/articles'],
  ['rediss://:password@example.com/a:b'],
  ['https://example.com/hook'],
])('accepts %s', (url) => expect(() => check(url)).not.toThrow());

it.each([
  ['nats://example.com', 'names no subject'],
  ['nats://example.com/', 'names no subject'],
  ['nats://example.com/a.*.b', 'tokens between dots'],
  ['nats://example.com/a.>', 'tokens between dots'],
  ['nats://example.com/a..b', 'tokens between dots'],
  ['nats://example.com/a%20b', 'tokens between dots'],
  ['nats://example.com/$JS.API.STREAM.DELETE.EVENTS', 'not begin with "$"'],
  ['nats://example.com/%24SYS.x', 'not begin with "$"'],
  ['nats://example.com/_INBOX.x', 'not begin with "$" or "_"'],
  ['nats://example.com/a%zz', 'encodes no character'],
  ['nats://example.com/a?x=1', 'a query or a fragment'],
  ['nats://example.com:0/a', 'port 0'],
  ['nats://example.com/a b', 'contains a space'],
  ['nats:///a', 'no valid host'],
  ['rediss://example.com/', 'names no stream'],
  ['mqtt://example.com/a', 'must begin with http://'],
  ['https://user:password@example.com/', 'contains credentials'],
])('refuses %s', (url, problem) => {
  expect(() => check(url)).toThrow(refusal('INVALID_URL'));
  expect(() => check(url)).toThrow(problem);
});

it.each([
  ['nats://192.168.0.1/a', 'a private address'],
  ['nats://0x7f000001/a', 'a loopback address'],
  ['nats://127.1/a', 'a loopback address'],
  ['nats://[::ffff:127.0.0.1]/a', '127.0.0.1'],
  ['tls://169.254.169.254/a', 'never allowed'],
  ['nats://metadata.google.internal/a', 'never allowed'],
  ['nats://example.com:22/a', 'port 22 belongs to another protocol'],
  ['rediss://example.com:5432/a', 'port 5432 belongs to another protocol'],
  ['nats://example.com:6379/a', 'port 6379 belongs to another protocol'],
])('does not let %s through the policy', (url, reason) => {
  expect(() => check(url)).toThrow(refusal('UNSAFE_URL'));
  expect(() => check(url)).toThrow(reason);
});

it('asks for TLS where https is asked for', () => {
  expect(() => check('nats://example.com/a', true)).toThrow('only TLS is allowed');
  expect(() => check('tls://example.com/a', true)).not.toThrow();
  expect(['https://a/', 'tls://a/b', 'http://a/', 'nats://a/b'].map(isTlsUrl)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
