/** The cause of a failure, from what the server records of it. */
import { diagnose, failureOf, type Failure } from '../../admin/src/components/doctor/diagnose';

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
  [failed('NATS refused the credentials: Authorization Violation'), 'credentials'],
  [failed('no JetStream stream stores the subject "a"'), 'unrouted'],
  [failed('no stream "a" exists in Redis'), 'unrouted'],
  [failed('no topic "a" exists in SNS: NotFound'), 'unrouted'],
  [{ ...responded(403), error: 'SQS refused the credentials: AccessDenied' }, 'credentials'],
  [{ ...responded(400), error: 'no queue "1/a" exists in SQS: QueueDoesNotExist' }, 'unrouted'],
  [{ ...responded(400), error: 'SQS is throttling: ThrottlingException' }, 'busy'],
  [{ ...responded(400), error: 'status 400: InvalidParameterValue' }, 'rejected'],
  [failed('the message is larger than NATS takes: …', 'blocked'), 'too-large'],
  [failed('the endpoint needs packages that are not installed: npm i', 'blocked'), 'package'],
  [failed('no confirmation within 1000 ms', 'timed-out'), 'timeout'],
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
    remedies: [],
    configLine: "http.allow.cidrs: ['127.0.0.1/32']",
  });
  expect(diagnose(failed('the format "crm" failed: no customer', 'blocked'))).toEqual({
    cause: 'format',
    remedies: ['format'],
    configLine: null,
  });
  expect(diagnose(failed('the URL is not valid', 'blocked')).configLine).toBeNull();
});

it('tells why an endpoint fails, also when it was disabled by a 410 response', () => {
  const active = { state: 'active', stateReason: null, lastError: null } as const;
  expect(failureOf(active)).toBeNull();
  expect(diagnose(failureOf({ ...active, lastError: 'status 404' })!).cause).toBe('address');
  const gone = { state: 'disabled', stateReason: 'The receiver answered 410 Gone.' } as const;
  expect(diagnose(failureOf({ ...gone, lastError: 'status 404' })!).cause).toBe('gone');
  const lost = { ...gone, stateReason: 'The last one failed with: status 500.' };
  expect(diagnose(failureOf({ ...lost, lastError: 'status 500' })!).cause).toBe('receiver');
});
