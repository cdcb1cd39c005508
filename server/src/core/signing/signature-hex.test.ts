import { hexSignaturesOf, signHex } from './signature-hex';

// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries, "Testing the webhook
// payload validation"
const SECRET = "It's a Secret to Everybody";
const BODY = Buffer.from('Hello, World!');
const HEX = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

it('signs GitHub’s published example', () => {
  expect(signHex(hexSignaturesOf(['standard', 'github'], null), SECRET, BODY)).toEqual({
    'X-Hub-Signature-256': `sha256=${HEX}`,
  });
});

it('signs in a header of the endpoint’s choice, without a prefix', () => {
  expect(signHex(hexSignaturesOf(['hmac'], 'X-Signature'), SECRET, BODY)).toEqual({
    'X-Signature': HEX,
  });
});

it('adds nothing that was not asked for', () => {
  expect(signHex(hexSignaturesOf(['standard', 'jwt'], 'X-Signature'), SECRET, BODY)).toEqual({});
});
