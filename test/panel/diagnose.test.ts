/** The cause of a failure, from what the server records of it. */
import { diagnose, type Failure } from '../../admin/src/components/doctor/diagnose';

const responded = (status: number): Failure => ({ outcome: 'responded', status, error: null });
const failed = (error: string, outcome: Failure['outcome'] = 'unreachable'): Failure => ({
  outcome,
  status: null,
  error,
});

it.each([
  [responded(401), 'signature'],
  [responded(403), 'signature'],
  [responded(404), 'address'],
  [responded(410), 'gone'],
  [responded(413), 'too-large'],
  [responded(418), 'rejected'],
  [responded(429), 'busy'],
  [responded(301), 'redirect'],
  [responded(500), 'receiver'],
  [failed('getaddrinfo ENOTFOUND shop.invalid'), 'dns'],
  [failed('connect ECONNREFUSED 127.0.0.1:14199'), 'refused'],
  [failed('self-signed certificate'), 'tls'],
  [failed('TLS: wrong version number'), 'tls'],
  [failed('no response within 10000 ms', 'timed-out'), 'timeout'],
  [failed('connection closed before a response'), 'closed'],
  [failed('something else'), 'unreachable'],
])('%j: %s', (failure, cause) => expect(diagnose(failure).cause).toBe(cause));

it('reads the error of an endpoint, which has no outcome', () => {
  expect(diagnose(failed('status 503', null)).cause).toBe('receiver');
  expect(diagnose(failed('connect ECONNREFUSED 10.0.0.1:80', null)).cause).toBe('refused');
});

it('finds the line of configuration in a refusal, to be pasted', () => {
  const error =
    "the address 127.0.0.1 is loopback; to allow it, set http.allow.cidrs: ['127.0.0.1/32'] in config/plugins";
  expect(diagnose(failed(error, 'blocked'))).toEqual({
    cause: 'blocked',
    remedy: null,
    configLine: "http.allow.cidrs: ['127.0.0.1/32']",
  });
  expect(diagnose(failed('the format "crm" failed: no customer', 'blocked'))).toEqual({
    cause: 'format',
    remedy: 'settings',
    configLine: null,
  });
  expect(diagnose(failed('the URL is not valid', 'blocked')).configLine).toBeNull();
});
