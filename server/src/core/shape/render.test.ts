import type { NewEvent } from '../message/message';
import { storeBody } from '../message/payload';
import type { Format } from './format';
import { renderShape, type RenderContext } from './render';
import type { Shape } from './shape';

const PAYLOAD = { event: 'entry.update', entry: { id: 1, title: 'Größe' } };

const EVENT: NewEvent = {
  name: 'entry.update',
  uid: 'api::article.article',
  entryDocumentId: 'doc1',
  entryLocale: 'en',
  body: storeBody(Buffer.from(JSON.stringify(PAYLOAD))),
  contentType: 'application/json',
  actor: { kind: 'admin', id: 1, label: 'Ada' },
  source: 'content',
  occurredAt: Date.UTC(2026, 0, 2),
};

const CODE: Shape = { payload: 'full', format: { kind: 'code', name: 'own' } };

const contextOf = (format?: Format): RenderContext => ({
  codeFormat: () => format,
  codeNeeds: () => [],
  bounded: (work) => work(),
  maxBytes: 1_000,
});

const render = (format: Format, shape = CODE) => renderShape(EVENT, shape, contextOf(format));

describe('renderShape', () => {
  it('leaves a full payload without a format to the event', () => {
    const shape: Shape = { payload: 'full', format: null };
    expect(renderShape(EVENT, shape, contextOf())).toEqual({
      body: null,
      headers: {},
      rendering: null,
    });
  });

  it.each<[string, unknown, string, string | undefined]>([
    ['JSON', { a: 'ä' }, '{"a":"ä"}', undefined],
    ['text', 'a,b', 'a,b', 'text/plain; charset=utf-8'],
    ['nothing', undefined, '', undefined],
    ['null', null, 'null', undefined],
  ])('makes a body of %s', (_, body, text, contentType) => {
    const made = render(() => ({ body }));
    expect(made?.body).toEqual({ text, encoding: 'utf8' });
    expect(made?.rendering?.contentType).toBe(contentType);
  });

  it('keeps bytes that are no text', () => {
    const made = render(() => ({ body: Uint8Array.of(0xff, 0x00) }));
    expect(made).toMatchObject({
      body: { text: '/wA=', encoding: 'base64' },
      rendering: { contentType: 'application/octet-stream' },
    });
  });

  it('gives each format its own copy of the payload', () => {
    const seen: unknown[] = [];
    const format: Format = (event) => {
      seen.push(structuredClone(event.payload));
      event.payload.event = 'changed';
      return { body: 1 };
    };
    render(format);
    render(format);
    expect(seen).toEqual([PAYLOAD, PAYLOAD]);
  });

  it('gives a format the thin payload, without an entry', () => {
    render(
      (event) => {
        expect(event).toMatchObject({
          entry: null,
          payload: { type: 'entry.update', data: { documentId: 'doc1' } },
        });
        return {};
      },
      { ...CODE, payload: 'thin' }
    );
    expect.assertions(1);
  });

  it('says that a transformation is not registered', () => {
    expect(renderShape(EVENT, CODE, contextOf())).toEqual({
      body: null,
      headers: {},
      rendering: { problem: 'the format "own" failed: nothing is registered under this name' },
    });
  });

  it('survives what is thrown, whatever it is', () => {
    const reject: (reason: unknown) => never = (reason) => {
      throw reason as Error;
    };
    for (const thrown of [null, undefined, 'text', { code: 1 }, new TypeError('x')]) {
      const made = render(() => reject(thrown));
      expect(made?.rendering?.problem).toMatch(/^the format "own" failed: /);
    }
  });

  it('refuses a circular body', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(render(() => ({ body: circular }))?.rendering?.problem).toContain('circular');
  });
});
