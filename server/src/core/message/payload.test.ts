import * as fc from 'fast-check';

import {
  assertPayloadSize,
  bodyBytes,
  renderEntryPayload,
  renderHubPayload,
  storeBody,
} from './payload';

const CREATED_AT = new Date('2026-01-02T03:04:05.678Z');

describe('renderEntryPayload', () => {
  it("is the text of Strapi's webhook, keys in its order", () => {
    const entry = { id: 1, documentId: 'abc', title: 'Größe “1”', at: CREATED_AT, gone: undefined };
    const payload = {
      entry,
      uid: 'api::article.article',
      model: 'article',
      createdAt: CREATED_AT,
      event: 'entry.create',
    };
    expect(renderEntryPayload(payload)).toBe(
      '{"event":"entry.create","createdAt":"2026-01-02T03:04:05.678Z","model":"article",' +
        '"uid":"api::article.article","entry":{"id":1,"documentId":"abc","title":"Größe “1”",' +
        '"at":"2026-01-02T03:04:05.678Z"}}'
    );
  });

  it('says null for an entry that could not be read', () => {
    const payload = {
      event: 'entry.publish',
      createdAt: CREATED_AT,
      model: 'm',
      uid: 'u',
      entry: null,
    };
    expect(renderEntryPayload(payload)).toMatch(/"entry":null\}$/);
  });
});

describe('renderHubPayload', () => {
  it.each<[unknown, string]>([
    [{ media: { id: 1 } }, '{"event":"e","createdAt":"2026-01-02T03:04:05.678Z","media":{"id":1}}'],
    [{ event: 'own' }, '{"event":"own","createdAt":"2026-01-02T03:04:05.678Z"}'],
    [undefined, '{"event":"e","createdAt":"2026-01-02T03:04:05.678Z"}'],
    [null, '{"event":"e","createdAt":"2026-01-02T03:04:05.678Z"}'],
  ])('%j', (info, text) => expect(renderHubPayload('e', CREATED_AT, info)).toBe(text));
});

describe('storeBody', () => {
  it.each([
    ['ASCII', Buffer.from('{"a":1}'), 'utf8'],
    ['nothing', Buffer.alloc(0), 'utf8'],
    ['any script', Buffer.from('日本 🎉'), 'utf8'],
    ['a byte order mark', Buffer.from('\ufeff{}'), 'utf8'],
    ['NUL, which PostgreSQL cannot keep in a text', Buffer.from('a\u0000b'), 'base64'],
    ['half a character', Buffer.from([0xe2, 0x82]), 'base64'],
    ['an overlong form', Buffer.from([0xc0, 0xaf]), 'base64'],
    ['Latin-1', Buffer.from('é', 'latin1'), 'base64'],
  ])('%s', (_, bytes, encoding) => {
    const stored = storeBody(bytes);
    expect(stored.encoding).toBe(encoding);
    expect(bodyBytes(stored).equals(bytes)).toBe(true);
  });

  it('reads a view of a larger memory, and nothing beside it', () => {
    const view = new Uint8Array(Buffer.from('xhix')).subarray(1, 3);
    expect(storeBody(view)).toEqual({ text: 'hi', encoding: 'utf8' });
  });

  it('gives back the exact bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((s) => Buffer.from(s))
        ),
        (bytes) => {
          expect(bodyBytes(storeBody(bytes)).equals(bytes)).toBe(true);
        }
      )
    );
  });
});

describe('assertPayloadSize', () => {
  const euro = Buffer.from('€');

  it.each([
    ['text', '€'],
    ['bytes', euro],
    ['stored text', storeBody(euro)],
    ['stored base64', storeBody(Buffer.from([0xff, 0xff, 0xff]))],
  ])('counts bytes, not characters: %s', (_, body) => {
    expect(() => assertPayloadSize(body, 3, 'payload')).not.toThrow();
    expect(() => assertPayloadSize(body, 2, 'payload')).toThrow(
      expect.objectContaining({
        code: 'PAYLOAD_TOO_LARGE',
        field: 'payload',
        message: expect.stringMatching(/is 3 bytes; the limit is 2/) as string,
      }) as Error
    );
  });
});
