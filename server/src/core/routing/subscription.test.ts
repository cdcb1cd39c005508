import { compileRoutes, matchesEvent, validateEventPattern, type RouteTopic } from './subscription';

const ARTICLE = 'api::article.article';
const PAGE = 'api::page.page';

const topic = (overrides: Partial<RouteTopic> = {}): RouteTopic => ({
  id: 1,
  name: 'content',
  enabled: true,
  events: ['entry.*'],
  contentTypes: null,
  endpointIds: [1],
  ...overrides,
});
const endpoints = (...ids: number[]) => ids.map((id) => ({ id }));

describe('matchesEvent', () => {
  it.each([
    ['*', 'entry.create', true],
    ['*', 'media.delete', true],
    ['*', 'releases.publish', true],
    ['*', 'review-workflows.updateEntryStage', true],
    ['*', 'order-paid', true],
    // Strapi's housekeeping: to who names it, not to who asked for everything.
    ['*', 'admin.auth.success', false],
    ['*', 'user.create', false],
    ['*', 'permission.update', false],
    ['*', 'component.create', false],
    ['user.*', 'user.create', true],
    ['admin.auth.success', 'admin.auth.success', true],
    ['entry.*', 'entry.create', true],
    ['entry.*', 'entry', false],
    ['entry.*', 'entrypoint.open', false],
    ['entry.*', 'entries.create', false],
    ['entry.create', 'entry.create', true],
    ['entry.create', 'entry.created', false],
    ['orders.eu.*', 'orders.eu.paid', true],
    ['orders.*', 'orders.eu.paid', true],
    ['orders.eu.*', 'orders.us.paid', false],
  ])('%s and %s: %s', (pattern, name, matches) =>
    expect(matchesEvent(pattern, name)).toBe(matches)
  );
});

describe('validateEventPattern', () => {
  it.each([
    '*',
    'entry.*',
    'entry.create',
    'entry.update',
    'entry.delete',
    'entry.publish',
    'entry.unpublish',
    'entry.draft-discard',
    'media.*',
    'media.create',
    'media.update',
    'media.delete',
    'releases.publish',
    'review-workflows.updateEntryStage',
    'order_paid',
    'shop.order.*',
    'entryway.opened',
  ])('accepts %s', (pattern) =>
    expect(() => validateEventPattern(pattern, 'events.0')).not.toThrow()
  );

  it.each([
    '',
    '.',
    'entry.',
    '.create',
    'entry..create',
    '*.create',
    'entry.*.create',
    'entry.cre*',
    '**',
    'entry create',
    'größe.neu',
    'entry.created',
    'entry.create.now',
    'entry.create.*',
    'entry',
    'media',
    'media.publish',
    'x'.repeat(256),
  ])('refuses "%s"', (pattern) =>
    expect(() => validateEventPattern(pattern, 'events.0')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_EVENT', field: 'events.0' }) as Error
    )
  );

  it('says which events there are', () => {
    expect(() => validateEventPattern('media.publish', 'events.0')).toThrow(
      'use media.* or one of media.create, media.update, media.delete'
    );
  });
});

describe('compileRoutes', () => {
  it('sends an event to every endpoint of a matching topic, in order', () => {
    const routes = compileRoutes([topic({ endpointIds: [3, 1] })], endpoints(1, 2, 3));
    expect(routes.route('entry.create', ARTICLE)).toEqual([
      { endpointId: 1, topicName: 'content' },
      { endpointId: 3, topicName: 'content' },
    ]);
  });

  it('sends it once, named by the oldest of the topics that match', () => {
    const topics = [
      topic({ id: 9, name: 'late', events: ['*'] }),
      topic({ id: 2, name: 'second' }),
      topic({ id: 1, name: 'other', events: ['media.*'] }),
    ];
    expect(compileRoutes(topics, endpoints(1)).route('entry.create', ARTICLE)).toEqual([
      { endpointId: 1, topicName: 'second' },
    ]);
  });

  it.each<[string, Partial<RouteTopic>]>([
    ['a disabled topic', { enabled: false }],
    ['a topic without events', { events: [] }],
    ['a topic without endpoints', { endpointIds: [] }],
    ['an endpoint that is not there', { endpointIds: [8] }],
    ['another content type', { contentTypes: [PAGE] }],
    ['no content type at all', { contentTypes: [] }],
    ['another event', { events: ['entry.publish', 'media.*'] }],
  ])('is not interested: %s', (_, overrides) => {
    const routes = compileRoutes([topic(overrides)], endpoints(1));
    expect(routes.wants('entry.create', ARTICLE)).toBe(false);
    expect(routes.route('entry.create', ARTICLE)).toEqual([]);
  });

  it('restricts entries by content type, and nothing else', () => {
    const routes = compileRoutes([topic({ events: ['*'], contentTypes: [PAGE] })], endpoints(1));
    expect(routes.wants('entry.create', PAGE)).toBe(true);
    expect(routes.wants('entry.create', ARTICLE)).toBe(false);
    expect(routes.wants('entry.create', null)).toBe(false);
    expect(routes.wants('media.create', null)).toBe(true);
    expect(routes.wants('releases.publish', null)).toBe(true);
    expect(routes.wants('review-workflows.updateEntryStage', ARTICLE)).toBe(true);
  });

  it('does not mix up event and content type in what it remembers', () => {
    const routes = compileRoutes(
      [topic({ events: ['a', 'entry.create'], contentTypes: [ARTICLE] })],
      endpoints(1)
    );
    expect(routes.wants('a', null)).toBe(true);
    expect(routes.wants('entry.create', null)).toBe(false);
    expect(routes.wants('entry.create', ARTICLE)).toBe(true);
    expect(routes.wants('entry.create', PAGE)).toBe(false);
  });

  it('computes each answer once', () => {
    let asked = 0;
    const counted = topic();
    counted.contentTypes = new Proxy([ARTICLE], {
      get: (target, key, receiver) => {
        if (key === 'includes') asked += 1;
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
    const routes = compileRoutes([counted], endpoints(1));
    for (let round = 0; round < 3; round += 1) {
      expect(routes.wants('entry.create', ARTICLE)).toBe(true);
      expect(routes.wants('entry.create', PAGE)).toBe(false);
    }
    expect(asked).toBe(2);
  });

  it('answers rightly when it has been asked more than it remembers', () => {
    const routes = compileRoutes([topic({ events: ['shop.*'] })], endpoints(1));
    const names = Array.from({ length: 12_000 }, (_, index) => `shop.${index}`);
    expect(names.filter((name) => !routes.wants(name, null))).toEqual([]);
    expect(routes.wants('entry.create', ARTICLE)).toBe(false);
  });
});
