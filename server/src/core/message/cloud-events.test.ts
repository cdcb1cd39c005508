import * as fc from 'fast-check';

import { ceValue, cloudEventHeaders } from './cloud-events';

describe('ceValue', () => {
  it('encodes the example of the specification', () => {
    expect(ceValue('Euro € 😀')).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80');
  });

  it.each([
    ['a"b', 'a%22b'],
    ['100%', '100%25'],
    ["!#$&'()*+,/:;<=>?@[\\]^_`{|}~", "!#$&'()*+,/:;<=>?@[\\]^_`{|}~"],
    ['tab\tdel\x7f', 'tab%09del%7F'],
  ])('of %j is %j', (text, encoded) => expect(ceValue(text)).toBe(encoded));

  it('is printable ASCII that decodes to the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = ceValue(text);
        expect(encoded).toMatch(/^[\x21\x23-\x7e]*$/);
        expect(decodeURIComponent(encoded)).toBe(text);
      })
    );
  });
});

describe('cloudEventHeaders', () => {
  const event = {
    id: 1,
    name: 'entry.publish',
    uid: 'api::article.article',
    entryDocumentId: 'doc1',
    source: 'content' as const,
    occurredAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  };

  it('has the required attributes, time and subject, and no ce-datacontenttype', () => {
    expect(cloudEventHeaders({ messageId: 'msg_1', event }, 'https://cms.example.com')).toEqual({
      'ce-specversion': '1.0',
      'ce-id': 'msg_1',
      'ce-source': 'https://cms.example.com',
      'ce-type': 'entry.publish',
      'ce-time': '2026-01-02T03:04:05.006Z',
      'ce-subject': 'api::article.article/doc1',
    });
  });

  it('has no empty attribute for an event without name and entry', () => {
    const bare = { ...event, name: '', uid: null, entryDocumentId: null };
    const headers = cloudEventHeaders({ messageId: 'msg_1', event: bare }, '/');
    expect(headers).toMatchObject({ 'ce-type': 'message' });
    expect(headers).not.toHaveProperty('ce-subject');
  });
});
