import { createUrlPolicy } from '../safety/url-safety';
import { assertBrokerUrl, isTlsUrl, readBrokerUrl } from './broker-url';

const policyOf = (httpsOnly = false) =>
  createUrlPolicy({ httpsOnly, allow: { hosts: ['localhost'], cidrs: ['10.0.0.0/8'] } });

const check = (url: string, httpsOnly = false) => assertBrokerUrl(url, policyOf(httpsOnly), 'url');

const refusal = (code: string): Error => expect.objectContaining({ code, field: 'url' }) as Error;

it('reads server and address', () => {
  expect(readBrokerUrl('nats://***@example.com/articles.published')).toEqual({
    broker: 'nats',
    isTls: false,
    host: 'example.com',
    port: 4222,
    vhost: '',
    exchange: '',
    address: 'articles.published',
  });
  expect(readBrokerUrl('amqps://example.com/%2F/articles')).toMatchObject({
    broker: 'amqp',
    port: 5671,
    vhost: '/',
    exchange: '',
    address: 'articles',
  });
  expect(readBrokerUrl('amqp://example.com/shop/events/articles.a%2Fb')).toMatchObject({
    port: 5672,
    vhost: 'shop',
    exchange: 'events',
    address: 'articles.a/b',
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
  ['kafka://10.0.0.1:9092/articles'],
  ['kafkas://user:password@example.com/shop.articles-v1'],
  ['redis://10.0.0.1:6379/articles'],
  ['rediss://:password@example.com/a:b'],
  ['amqp://10.0.0.1:5672/%2F/articles'],
  ['amqps://user:password@example.com/shop/events/articles.published'],
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
  ['kafkas://example.com/', 'names no topic'],
  ['kafkas://example.com/a/b', '1 to 249 letters'],
  ['kafkas://example.com/a%20b', '1 to 249 letters'],
  ['rediss://example.com/', 'names no stream'],
  ['amqps://example.com', 'names no queue'],
  ['amqps://example.com/shop', 'names no queue'],
  ['amqps://example.com//articles', 'names no queue'],
  ['amqps://example.com/shop/events/', 'names no queue'],
  ['amqps://example.com/shop/events/a/b', 'has too many parts'],
  [`amqps://example.com/shop/${'a'.repeat(256)}`, 'more than 255 bytes'],
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
