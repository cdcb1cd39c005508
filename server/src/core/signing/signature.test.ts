import { randomBytes } from 'node:crypto';

import { Webhook } from 'standardwebhooks';

import { newSecret, parseSecret, secretKey, signStandard } from './signature';

const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';

describe('signStandard', () => {
  // https://github.com/standard-webhooks/standard-webhooks, the vector of its libraries' tests
  it('signs the published vector', () => {
    const signature = signStandard(
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      ID,
      1_614_265_330,
      Buffer.from('{"test": 2432232314}')
    );
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is accepted by receivers of the old and of the new secret during a rotation', () => {
    const [current, previous, stranger] = [1, 2, 3].map(() => newSecret(randomBytes(32)));
    const body = '{"event":"entry.create","entry":{"title":"Größe"}}';
    const timestampS = Math.floor(Date.now() / 1_000); // the library checks it against the clock
    const headers = {
      'webhook-id': ID,
      'webhook-timestamp': String(timestampS),
      'webhook-signature': signStandard([current!, previous!], ID, timestampS, Buffer.from(body)),
    };
    const verifiedBy = (secret: string) => new Webhook(secret).verify(body, headers);
    expect(verifiedBy(current!)).toEqual(JSON.parse(body));
    expect(verifiedBy(previous!)).toEqual(JSON.parse(body));
    expect(() => verifiedBy(stranger!)).toThrow('No matching signature');
    expect(() => new Webhook(current!).verify(`${body} `, headers)).toThrow();
  });

  it('covers the bytes, whatever they are', () => {
    const secret = newSecret(randomBytes(24));
    const [a, b] = [0xfe, 0xff].map((byte) => signStandard([secret], ID, 1, Buffer.from([byte])));
    expect(a).not.toBe(b);
  });

  it('will not sign with what is no secret', () => {
    expect(() => signStandard(['whsec_'], ID, 1, Buffer.alloc(0))).toThrow(
      expect.objectContaining({ code: 'INVALID_SECRET' }) as Error
    );
  });
});

describe('secretKey', () => {
  const OWN = 'correct horse battery staple';

  it('takes the bytes of a text, as the library does with the format "raw"', () => {
    const body = '{"a":1}';
    const timestampS = Math.floor(Date.now() / 1_000); // the library checks it against the clock
    const headers = {
      'webhook-id': ID,
      'webhook-timestamp': String(timestampS),
      'webhook-signature': signStandard([OWN], ID, timestampS, Buffer.from(body)),
    };
    expect(new Webhook(OWN, { format: 'raw' }).verify(body, headers)).toEqual({ a: 1 });
    expect(secretKey(OWN, 'secret').toString()).toBe(OWN);
  });

  it('decodes whsec_', () => {
    const random = randomBytes(32);
    expect(secretKey(newSecret(random), 'secret').equals(random)).toBe(true);
  });

  it.each([
    ['15 characters', 'x'.repeat(15)],
    ['256 characters', 'x'.repeat(256)],
    ['a space at the end', `${'x'.repeat(16)} `],
    ['other characters', 'schlüssel-der-receiver'],
    ['a damaged whsec_', 'whsec_c2VjcmV0'],
    ['a private key', `whsk_${'A'.repeat(88)}`],
  ])('refuses %s, without showing it', (_, secret) => {
    expect(() => secretKey(secret, 'secret')).toThrow(
      expect.objectContaining({
        code: 'INVALID_SECRET',
        field: 'secret',
        message: expect.not.stringContaining(secret) as string,
      }) as Error
    );
  });
});

describe('newSecret', () => {
  it.each([24, 32, 64])('comes back from %i bytes', (length) => {
    const random = randomBytes(length);
    const secret = newSecret(random);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
    expect(parseSecret(secret, 'secret').equals(random)).toBe(true);
  });

  it.each([0, 23, 65])('refuses %i bytes', (length) =>
    expect(() => newSecret(new Uint8Array(length))).toThrow(RangeError)
  );
});

describe('parseSecret', () => {
  it('does without padding', () => {
    expect(parseSecret(`whsec_${'A'.repeat(43)}`, 'secret')).toHaveLength(32);
  });

  it.each([
    ['empty', ''],
    ['no prefix', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['another prefix', 'whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['nothing after the prefix', 'whsec_'],
    ['23 bytes', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['65 bytes', `whsec_${Buffer.alloc(65).toString('base64')}`],
    ['URL-safe alphabet', `whsec_${'-_'.repeat(16)}`],
    ['a space', 'whsec_MfKQ9r8GKYqrTwjU PD8ILPZIo2LaLaSw'],
    ['cut in the middle of a byte', `whsec_${'A'.repeat(42)}B`],
    ['padding inside', `whsec_${'A'.repeat(16)}==${'A'.repeat(16)}`],
  ])('refuses %s, without showing it', (_, secret) => {
    const encoded = secret.slice('whsec_'.length) || 'nothing to show';
    expect(() => parseSecret(secret, 'secret')).toThrow(
      expect.objectContaining({
        code: 'INVALID_SECRET',
        field: 'secret',
        message: expect.not.stringContaining(encoded) as string,
      }) as Error
    );
  });
});
