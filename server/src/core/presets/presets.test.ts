import * as fc from 'fast-check';

import type { Format, FormatEvent } from '../shape/format';
import { PRESETS } from './presets';
import { lineOf, summaryOf } from './summary';
import { asIs, fit } from './text';

const event = (overrides: Partial<FormatEvent> = {}): FormatEvent => ({
  type: 'entry.publish',
  timestamp: '2026-01-02T03:04:05.000Z',
  uid: 'api::article.article',
  documentId: 'doc1',
  locale: 'en',
  tags: ['doc1', 'api::article.article', 'api::article.article:en'],
  entry: { id: 1, title: 'R&D: <!channel> *now*' },
  previous: null,
  changed: null,
  actor: { kind: 'admin', id: 1, label: 'Ada' },
  payload: {},
  ...overrides,
});

const TEST_EVENT = event({
  type: 'trigger-test',
  uid: null,
  documentId: null,
  locale: null,
  tags: [],
  entry: null,
  actor: { kind: 'none' },
});

const presetOf = (name: string, options: Record<string, unknown> = {}): Format => {
  const preset = PRESETS.get(name);
  if (preset === undefined) throw new Error(`there is no preset ${name}`);
  return preset.format(preset.parse(options, 'options'));
};

const bodyOf = (name: string, given: FormatEvent, options?: Record<string, unknown>) =>
  presetOf(name, options)(given)?.body;

describe('fit', () => {
  const twice = (character: string): string => character + character;

  it.each([
    ['abc', 6, 'aabbcc'],
    ['abc', 5, 'aabb…'],
    ['abc', 4, 'aa…'],
    ['abc', 1, '…'],
    ['', 3, ''],
  ])('of %j in %i is %j', (text, limit, fitting) => expect(fit(text, limit, twice)).toBe(fitting));

  it('keeps to the limit and cuts no character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 20 }),
        (text, limit) => {
          const fitting = fit(text, limit, asIs);
          expect(fitting.length).toBeLessThanOrEqual(limit);
          expect(fitting).not.toMatch(/\p{Surrogate}/u);
        }
      )
    );
  });
});

describe('a summary', () => {
  it.each<[string, FormatEvent, string]>([
    ['an entry', event({ entry: { title: 'Rain' } }), 'Article published: Rain'],
    [
      'an entry without a title',
      event({ uid: 'api::home-page.home-page', entry: { title: ' ' } }),
      'Home page published: doc1',
    ],
    ['a test event', TEST_EVENT, 'Test event from Strapi'],
    [
      'a file',
      { ...TEST_EVENT, type: 'media.create', payload: { media: { name: 'a.png' } } },
      'Media created: a.png',
    ],
    ['another event', { ...TEST_EVENT, type: 'releases.publish' }, 'releases.publish'],
  ])('of %s', (_, given, line) => expect(lineOf(summaryOf(given))).toBe(line));
});

describe('an alert', () => {
  const url = 'https://cms.example/admin/plugins/x?a=1|2>';
  const alert = { title: 'Endpoint "Shop" is failing', text: 'Last error: <500>.', url };
  const given: FormatEvent = { ...TEST_EVENT, type: 'webhooks.alert', payload: { alert } };
  const link = 'https://cms.example/admin/plugins/x?a=1%7C2%3E';

  it('names itself in Slack, with a link', () => {
    expect(bodyOf('slack', given)).toMatchObject({
      text: alert.title,
      blocks: [
        { type: 'header', text: { text: alert.title } },
        { elements: [{ type: 'plain_text', text: 'Last error: &lt;500&gt;.' }] },
        { elements: [{ type: 'mrkdwn', text: `<${link}|Open in Strapi>` }] },
      ],
    });
  });

  it('is a title with a link in Discord, and an action in Teams', () => {
    expect(bodyOf('discord', given)).toMatchObject({ embeds: [{ url: link }] });
    expect(bodyOf('teams', given)).toMatchObject({
      attachments: [{ content: { actions: [{ type: 'Action.OpenUrl', url: link }] } }],
    });
  });

  it.each(['javascript:alert(1)', 'no URL', 7])('has no link to %s', (bad) => {
    const payload = { alert: { ...alert, url: bad } };
    expect(JSON.stringify(bodyOf('slack', { ...given, payload }))).not.toContain('mrkdwn","text');
  });
});

describe('slack', () => {
  it('escapes its control characters, in text that it does not format', () => {
    const text = 'Article published: R&amp;D: &lt;!channel&gt; *now*';
    expect(bodyOf('slack', event())).toEqual({
      text,
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text, emoji: false } },
        {
          type: 'context',
          elements: [{ type: 'plain_text', text: 'by Ada · en', emoji: false }],
        },
      ],
    });
  });

  it('has no empty block for a test event', () => {
    expect(bodyOf('slack', TEST_EVENT)).toMatchObject({ blocks: [{ type: 'header' }] });
  });
});

it('discord escapes Markdown and mentions, and pings nobody', () => {
  expect(bodyOf('discord', event({ entry: { title: '@everyone **now** <@1>' } }))).toEqual({
    embeds: [
      {
        title: 'Article published\\: \\@everyone \\*\\*now\\*\\* \\<\\@1\\>',
        description: 'by Ada · en',
        timestamp: '2026-01-02T03:04:05.000Z',
      },
    ],
    allowed_mentions: { parse: [] },
  });
});

it('teams is an Adaptive Card whose text runs have no Markdown', () => {
  expect(bodyOf('teams', event())).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          body: [
            {
              type: 'RichTextBlock',
              inlines: [{ type: 'TextRun', text: 'Article published: R&D: <!channel> *now*' }],
            },
            { type: 'RichTextBlock', inlines: [{ text: 'by Ada · en' }] },
          ],
        },
      },
    ],
  });
});

describe('github', () => {
  it('dispatches the event with its entry', () => {
    expect(presetOf('github')(event())).toEqual({
      method: 'POST',
      headers: { Accept: 'application/vnd.github+json', 'X-GitHub-Api-Version': '2022-11-28' },
      body: {
        event_type: 'entry.publish',
        client_payload: {
          type: 'entry.publish',
          timestamp: '2026-01-02T03:04:05.000Z',
          uid: 'api::article.article',
          documentId: 'doc1',
          locale: 'en',
          entry: event().entry,
        },
      },
    });
  });

  it('leaves out an entry that is too large, and takes a name for the event', () => {
    const large = event({ entry: { text: 'x'.repeat(60_001) } });
    expect(bodyOf('github', large, { eventType: 'content' })).toEqual({
      event_type: 'content',
      client_payload: expect.not.objectContaining({
        entry: expect.anything() as unknown,
      }) as object,
    });
  });
});

it('gitlab sets variables, and a ref if one is given', () => {
  const variables = {
    STRAPI_EVENT: 'entry.publish',
    STRAPI_TIMESTAMP: '2026-01-02T03:04:05.000Z',
    STRAPI_UID: 'api::article.article',
    STRAPI_DOCUMENT_ID: 'doc1',
    STRAPI_LOCALE: 'en',
  };
  expect(bodyOf('gitlab', event())).toEqual({ variables });
  expect(bodyOf('gitlab', event(), { ref: ' main ' })).toEqual({ ref: 'main', variables });
  expect(bodyOf('gitlab', event(), { ref: '' })).toEqual({ variables });
});

it.each(['vercel', 'cloudflare-pages'])('%s needs no body', (name) => {
  expect(presetOf(name)(event())).toEqual({ method: 'POST', body: {} });
});

it('netlify tells the build which document changed', () => {
  expect(bodyOf('netlify', event())).toEqual({
    type: 'entry.publish',
    timestamp: '2026-01-02T03:04:05.000Z',
    uid: 'api::article.article',
    documentId: 'doc1',
    locale: 'en',
  });
});

it('nextjs names the tags of what changed', () => {
  expect(bodyOf('nextjs', event())).toEqual({
    tags: event().tags,
    type: 'entry.publish',
    timestamp: '2026-01-02T03:04:05.000Z',
  });
  expect(bodyOf('nextjs', TEST_EVENT)).toMatchObject({ tags: [] });
});

const PURGING = ['vercel-tags', 'netlify-tags', 'cloudflare-tags', 'fastly-tags'];
const siteId = (name: string) => (name === 'netlify-tags' ? { siteId: 'site' } : {});

describe('presets that purge', () => {
  it.each<[string, object]>([
    ['vercel-tags', { tags: event().tags }],
    ['netlify-tags', { site_id: 'site', cache_tags: event().tags }],
    ['cloudflare-tags', { tags: event().tags }],
    ['fastly-tags', { surrogate_keys: event().tags }],
  ])('%s names the tags of what changed', (name, body) => {
    expect(bodyOf(name, event(), siteId(name))).toEqual(body);
  });

  it.each(PURGING)('%s sends a tag of its own in a test, and nothing without tags', (name) => {
    const test = JSON.stringify(bodyOf(name, TEST_EVENT, siteId(name)));
    expect(test).toContain('["strapi-test"]');
    const nothing = { ...TEST_EVENT, type: 'releases.publish' };
    expect(presetOf(name, siteId(name))(nothing)).toBeNull();
  });

  it('fastly keeps what is stale until it is fetched anew', () => {
    expect(presetOf('fastly-tags')(event())?.headers).toEqual({ 'Fastly-Soft-Purge': '1' });
  });
});

describe('options', () => {
  it.each<[string, string, Record<string, unknown>, string]>([
    ['slack', 'an option it does not have', { channel: '#news' }, 'options.channel'],
    ['github', 'a long name', { eventType: 'x'.repeat(101) }, 'options.eventType'],
    ['gitlab', 'a number', { ref: 1 }, 'options.ref'],
    ['netlify-tags', 'no site', {}, 'options.siteId'],
    ['netlify-tags', 'an empty site', { siteId: ' ' }, 'options.siteId'],
  ])('of %s are refused with %s', (name, _, options, field) => {
    expect(() => presetOf(name, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', field }) as Error
    );
  });
});

it.each([...PRESETS.keys()])('%s never throws', (name) => {
  const words = fc.string({ unit: 'binary', maxLength: 500 });
  const nothing = fc.constant(null);
  const events = fc.record({
    type: fc.oneof(words, fc.constantFrom('entry.publish', 'media.create', 'trigger-test')),
    uid: fc.oneof(words, nothing),
    documentId: fc.oneof(words, nothing),
    locale: fc.oneof(words, nothing),
    tags: fc.array(words, { minLength: 1, maxLength: 3 }),
    entry: fc.oneof(fc.dictionary(fc.constantFrom('title', 'name', 'x'), fc.jsonValue()), nothing),
    payload: fc.dictionary(fc.constantFrom('media', 'x'), fc.dictionary(words, fc.jsonValue())),
  });
  fc.assert(
    fc.property(events, (given) => {
      const made = presetOf(name, siteId(name))(event(given));
      expect(JSON.stringify(made?.body).length).toBeLessThan(65_535);
      expect(made?.method).toBe('POST');
    })
  );
});
