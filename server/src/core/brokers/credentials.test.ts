import { isSameServer, splitCredentials } from './credentials';

const split = (url: string) => splitCredentials(url, 'url');

it('takes the credentials out of a URL, decoded', () => {
  expect(split('nats://ada:p%40ss%2Fw@example.com/a')).toEqual({
    url: 'nats://***@example.com/a',
    login: { username: 'ada', password: 'p@ss/w' },
  });
  expect(split('nats://a:b@c:d@example.com/a')).toMatchObject({
    url: 'nats://***@example.com/a',
    login: { username: 'a', password: 'b@c:d' },
  });
  expect(split('nats://t0ken@example.com/a').login).toEqual({ username: 't0ken', password: '' });
});

it('knows a URL without credentials, and one that keeps them', () => {
  expect(split('nats://example.com/a@b')).toEqual({ url: 'nats://example.com/a@b', login: null });
  expect(split('nats://@example.com/a')).toEqual({ url: 'nats://example.com/a', login: null });
  expect(split('nats://***@example.com/a')).toEqual({
    url: 'nats://***@example.com/a',
    login: 'kept',
  });
});

it('takes the secret of a cloud service with the slashes that it has', () => {
  expect(split('sqs://AKID:a/b+c=@sqs.eu-west-1.amazonaws.com/123456789012/a')).toEqual({
    url: 'sqs://***@sqs.eu-west-1.amazonaws.com/123456789012/a',
    login: { username: 'AKID', password: 'a/b+c=' },
  });
});

it('refuses credentials that are not encoded, without quoting them', () => {
  expect(() => split('nats://ada:100%@example.com/a')).toThrow('write it %25');
  expect(() => split('nats://ada:100%@example.com/a')).not.toThrow('100');
});

it.each([
  ['nats://***@example.com/b', true],
  ['nats://***@EXAMPLE.com:4222/a', true],
  ['tls://***@example.com/a', false],
  ['nats://***@example.com:4223/a', false],
  ['nats://***@example.org/a', false],
])('sends the credentials of nats://example.com to %s: %s', (other, isSame) =>
  expect(isSameServer('nats://***@example.com/a', other)).toBe(isSame)
);
