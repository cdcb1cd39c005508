import { BlockedAddressError } from './agent';
import { failureOf, timedOut } from './describe-error';

const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);

describe('what is said of an error', () => {
  it.each([
    ['a reset', error('read ECONNRESET', { code: 'ECONNRESET' }), 'connection reset after headers'],
    ['a broken pipe', error('write EPIPE', { code: 'EPIPE' }), 'connection reset after headers'],
    [
      'an end',
      error('other side closed', { code: 'UND_ERR_SOCKET' }),
      'connection closed before the response was complete',
    ],
    [
      'an expired certificate',
      error('certificate has expired', { code: 'CERT_HAS_EXPIRED' }),
      'certificate has expired',
    ],
    [
      'OpenSSL, without its addresses',
      error('80E0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../x.c:354:\n', {
        code: 'ERR_SSL_WRONG_VERSION_NUMBER',
        library: 'SSL routines',
        reason: 'wrong version number',
      }),
      'TLS: wrong version number',
    ],
    [
      'several addresses, each once',
      new AggregateError([error('connect A'), error('connect B'), error('connect A')]),
      'connect A; connect B',
    ],
    ['an error without words', error('', { name: 'OddError' }), 'OddError'],
    ['what is no error', 'just text', 'just text'],
  ])('%s', (_name, thrown, text) => {
    expect(failureOf(thrown, 'reading')).toEqual({ kind: 'unreachable', error: text });
  });

  it('keeps to one line of bounded length', () => {
    const failure = failureOf(error(`a\r\nb\u0000${'c'.repeat(1_000)}`), 'waiting');
    expect(failure.error).toMatch(/^a b c+…$/);
    expect(failure.error).toHaveLength(300);
  });

  it('is blocked when we refused, and when there is nothing that could be sent', () => {
    expect(failureOf(new BlockedAddressError('10.0.0.1 is private'), 'connecting')).toEqual({
      kind: 'blocked',
      error: '10.0.0.1 is private',
    });
    expect(
      failureOf(error('invalid x header', { code: 'UND_ERR_INVALID_ARG' }), 'connecting')
    ).toEqual({ kind: 'blocked', error: 'cannot be sent: invalid x header' });
  });

  it('is a time-out when the connection took too long to make', () => {
    const slow = error('Connect Timeout Error', { code: 'UND_ERR_CONNECT_TIMEOUT' });
    expect(failureOf(slow, 'connecting')).toEqual(timedOut('connecting', 10_000));
  });
});
