import { CoreError } from '../../core/errors';
import { answerOf, refusedDestination, QstashError } from './error';

describe('answerOf', () => {
  it.each([
    [new QstashError(412, 'quota'), 412, 'quota'],
    [new CoreError('UNKNOWN_TOPIC', 'no topic "a"', 'topic'), 404, 'no topic "a"'],
    [
      new CoreError('INVALID_URL', 'url has port 0', 'url'),
      400,
      'invalid destination url: url has port 0',
    ],
    [
      new CoreError('UNSAFE_URL', 'is refused', 'callbacks.success.url'),
      400,
      'invalid callback url: is refused',
    ],
    [
      new CoreError('UNSAFE_URL', 'is refused', 'callbacks.failure.url'),
      400,
      'invalid failure callback url: is refused',
    ],
    [
      new CoreError('PAYLOAD_TOO_LARGE', 'payload is 9 bytes', 'payload'),
      413,
      'payload is 9 bytes',
    ],
    [new CoreError('INVALID_VALUE', 'too long', 'labels.0'), 400, 'invalid labels.0: too long'],
  ])('%s', (error, status, text) => expect(answerOf(error)).toEqual({ status, text }));

  it('has none for a fault of ours', () => expect(answerOf(new TypeError('x'))).toBeNull());
});

describe('refusedDestination', () => {
  const error = new CoreError('UNSAFE_URL', 'url is refused: 10.0.0.1 is private; to allow it, …');
  it.each([
    [
      'http://127.0.0.3:8080/',
      /^invalid destination url: endpoint resolves to a loopback address: 127\.0\.0\.3; /,
    ],
    ['http://app.localhost/', /loopback address: 127\.0\.0\.1; /],
    ['http://[::1]/', /loopback address: ::1; /],
    ['http://10.0.0.1/', /^invalid destination url: 10\.0\.0\.1 is private; to allow it/],
    ['not a url', /^invalid destination url: 10/],
  ])('%s', (url, text) => expect(refusedDestination(error, url).message).toMatch(text));
});
