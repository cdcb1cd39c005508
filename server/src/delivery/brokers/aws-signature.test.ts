/**
 * The vectors of AWS: https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html. What verifies
 * requests in the integration tests passes them, too.
 */
import { awsRefusal } from '../../../../test/support/aws-signature';
import { signForAws } from './aws-signature';

const NOW = Date.parse('2015-08-30T12:36:00Z');
const LOGIN = { username: 'AKIDEXAMPLE', password: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const SCOPE = { service: 'service', region: 'us-east-1' };
const URL = 'https://example.amazonaws.com/';

const FORM = 'application/x-www-form-urlencoded';

const VECTORS: [name: string, headers: Record<string, string>, body: string, signed: string][] = [
  [
    'post-vanilla',
    {},
    '',
    'SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
  [
    'post-header-key-sort',
    { 'My-Header1': 'value1' },
    '',
    'SignedHeaders=host;my-header1;x-amz-date, Signature=c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  ],
  [
    'post-header-value-case',
    { 'My-Header1': 'VALUE1' },
    '',
    'SignedHeaders=host;my-header1;x-amz-date, Signature=cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  ],
  [
    'post-x-www-form-urlencoded',
    { 'Content-Type': FORM },
    'Param1=value1',
    'SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
];

it.each(VECTORS)('signs %s as published', async (_name, headers, body, signed) => {
  const { authorization, ...others } = await signForAws(
    { url: URL, ...SCOPE, headers, body },
    LOGIN,
    NOW
  );
  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ${signed}`
  );
  expect(others['x-amz-date']).toBe('20150830T123600Z');
});

it.each(VECTORS)('is verified by the tests as published: %s', (_name, headers, body, signed) => {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const request = {
    method: 'POST',
    path: '/',
    headers: {
      ...(Object.fromEntries(lower) as Record<string, string>),
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ${signed}`,
    },
    body: Buffer.from(body),
  };
  const refusal = (change: object, now = NOW) =>
    awsRefusal({ ...request, ...change }, () => LOGIN.password, SCOPE, now);
  expect(refusal({})).toBeNull();
  expect(refusal({ body: Buffer.from('other') })).toBe('SignatureDoesNotMatch');
  expect(refusal({}, NOW + 600_000)).toBe('SignatureDoesNotMatch');
  expect(awsRefusal(request, () => 'other', SCOPE, NOW)).toBe('SignatureDoesNotMatch');
});
