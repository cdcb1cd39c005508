import * as fc from 'fast-check';

import corpus from '../../../../test/support/ssrf-corpus.json';

import { encodedName, mergeHeaders, validateHeaders, isHeaderValue } from './headers';

interface HeaderCase {
  why: string;
  expect: string;
  headers: Record<string, string>;
}
const headerCases = corpus.filter((one) => one.stage === 'header') as unknown as HeaderCase[];

const refused = (field: string) =>
  expect.objectContaining({ code: 'INVALID_HEADER', field }) as Error;

describe('the corpus', () => {
  it('has header cases', () => expect(headerCases).toHaveLength(14));

  it.each(headerCases)('$why: $expect', ({ headers, expect: verdict }) => {
    const validate = () => validateHeaders(headers, 'headers');
    if (verdict === 'allow') expect(validate).not.toThrow();
    else expect(validate).toThrow(refused(`headers.${Object.keys(headers)[0]}`));
  });
});

describe('validateHeaders', () => {
  it.each([
    'HOST',
    'content-length',
    'TE',
    'Trailer',
    'Upgrade',
    'Keep-Alive',
    'Expect',
    'Proxy-Connection',
    'Proxy-Authenticate',
    'webhook-signature',
    'Webhook-Anything',
    'Upstash-Signature',
    'upstash-message-id',
    'Upstash-Retried',
    '',
    'X:A',
    'X-Größe',
    'X-A\r\nHost',
  ])('refuses the name "%s"', (name) =>
    expect(() => validateHeaders({ [name]: '1' }, 'headers')).toThrow(refused(`headers.${name}`))
  );

  it.each(['X-Tenant', "!#$%&'*+-.^_`|~09azAZ", 'Hostess', 'Upstash-Forward-X', 'Cookie'])(
    'accepts the name "%s"',
    (name) => expect(() => validateHeaders({ [name]: '1' }, 'headers')).not.toThrow()
  );

  it.each(['', 'a b\tc', 'café', '\u00ff', 'x'.repeat(4_096)])('accepts the value "%s"', (value) =>
    expect(() => validateHeaders({ 'X-A': value }, 'headers')).not.toThrow()
  );

  it.each(['a\n', '\u0001', '\u007f', '\u0100', '☃', 'x'.repeat(4_097)])(
    'refuses the value "%s"',
    (value) =>
      expect(() => validateHeaders({ 'X-A': value }, 'headers')).toThrow(refused('headers.X-A'))
  );

  it('refuses one name in two spellings', () => {
    expect(() => validateHeaders({ 'X-A': '1', 'x-a': '2' }, 'headers')).toThrow(
      refused('headers.x-a')
    );
  });

  it('accepts 64 headers and no more', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, '']));
    expect(() => validateHeaders(many(64), 'headers')).not.toThrow();
    expect(() => validateHeaders(many(65), 'headers')).toThrow(refused('headers'));
  });

  it('never repeats a value in its message: it may be a secret', () => {
    expect(() => validateHeaders({ Authorization: 'Bearer s3cret\n' }, 'headers')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('s3cret') as string }) as Error
    );
  });
});

describe('names as header values', () => {
  it('can be sent and decoded, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const sent = encodedName(name);
        expect(isHeaderValue(sent)).toBe(true);
        if (sent !== name) expect(decodeURIComponent(sent)).toBe(name);
      })
    );
  });
});

describe('mergeHeaders', () => {
  it('compares names without case; the later wins, name and value', () => {
    expect(mergeHeaders({ 'x-a': '1', 'X-B': '2' }, { 'X-A': '3' }, {})).toEqual({
      'X-A': '3',
      'X-B': '2',
    });
  });

  it('leaves its layers alone', () => {
    const layer = { 'x-a': '1' };
    mergeHeaders(layer, { 'X-A': '2' });
    expect(layer).toEqual({ 'x-a': '1' });
  });
});
