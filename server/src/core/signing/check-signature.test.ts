import { checkSignature, type SignedRequest } from './check-signature';
import { newSecret, signStandard } from './signature';

const secretOf = (byte: number) => newSecret(new Uint8Array(24).fill(byte));
const CURRENT = secretOf(1);
const PREVIOUS = secretOf(2);
const BODY = '{"event":"entry.publish","n":1}';

const signed = (secret: string, changes: Partial<SignedRequest> = {}): SignedRequest => ({
  id: 'msg_1',
  timestamp: '1700000000',
  signatures: signStandard([secret], 'msg_1', 1_700_000_000, Buffer.from(BODY)),
  body: BODY,
  ...changes,
});

const verdict = (request: SignedRequest) => checkSignature(request, [CURRENT, PREVIOUS]);

it.each([
  ['current', signed(CURRENT)],
  ['previous', signed(PREVIOUS)],
  ['reformatted', signed(CURRENT, { body: JSON.stringify(JSON.parse(BODY), null, 2) })],
  ['reformatted', signed(PREVIOUS, { body: `${BODY}\n` })],
  ['mismatch', signed(secretOf(3))],
  ['mismatch', signed(CURRENT, { body: '{"event":"entry.delete"}' })],
  ['mismatch', signed(CURRENT, { id: 'msg_2' })],
  ['mismatch', signed(CURRENT, { timestamp: '1700000001' })],
  ['mismatch', signed(CURRENT, { signatures: '' })],
  ['timestamp', signed(CURRENT, { timestamp: '2023-11-14' })],
])('%s', (expected, request) => expect(verdict(request)).toBe(expected));

it('finds one signature among several', () => {
  const { signatures } = signed(CURRENT);
  expect(verdict(signed(CURRENT, { signatures: `v1,AAAA v1a,BBBB ${signatures}` }))).toBe(
    'current'
  );
});
