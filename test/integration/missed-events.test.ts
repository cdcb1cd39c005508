/** Events that Strapi emits and capture misses are noticed, and nothing else is. */
import type { HealthView, MissedEvent, Overview } from '../../server/src/panel/contract';
import { bootWithCapture, type CaptureHarness } from '../support/capture-harness';
import { skipGrace, shiftClock, type ShiftedClock } from '../support/tripwire';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const PAGE = 'api::page.page';
const FILE = 'plugin::upload.file';
const HOUR_MS = 60 * 60_000;
const PATIENCE_MS = 10_000;

describe('an event that is missed', () => {
  let api: AdminApi;
  let clock: ShiftedClock;
  let error: jest.SpyInstance;
  let upload: (request: object) => Promise<{ id: number }[]>;
  beforeAll(async () => {
    api = await bootAdminApi({
      // As a plugin does that keeps the method instead of the service.
      onRegistered(strapi) {
        ({ upload } = strapi.plugin('upload').service<{ upload: typeof upload }>('upload'));
      },
    });
    clock = shiftClock(api.runtime.clock);
    skipGrace(clock);
    const topic = await api.createTopic({ events: ['entry.create', 'media.create'] });
    await api.createEndpoint({ topicIds: [topic.id] });
    error = jest.spyOn(api.app.strapi.log, 'error').mockReturnThis();
  }, 120_000);
  afterAll(() => api.close());
  beforeEach(() => error.mockClear());

  /** A write goes around every middleware after one that calls `next` twice. */
  async function createAround(title: string): Promise<void> {
    let isRepeated = true;
    api.app.strapi.documents.use(async (context, next) => {
      const result = await next();
      if (!isRepeated || context.action !== 'create') return result;
      isRepeated = false;
      return next();
    });
    const emitted = heard('entry.create', 2);
    await api.app.strapi.documents(PAGE).create({ data: { title } });
    await emitted;
  }

  function heard(name: string, times = 1): Promise<void> {
    return new Promise((resolve) => {
      let count = 0;
      const off = api.app.strapi.eventHub.on(name, () => {
        count += 1;
        if (count === times) {
          off();
          resolve();
        }
        return Promise.resolve();
      });
    });
  }

  async function uploadAround(): Promise<void> {
    const emitted = heard('media.create');
    const { mkdtemp, writeFile } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const filepath = `${await mkdtemp(`${tmpdir()}/around-`)}/a.txt`;
    await writeFile(filepath, 'text');
    const files = { filepath, originalFilename: 'a.txt', mimetype: 'text/plain', size: 4 };
    await upload({ data: {}, files });
    await emitted;
  }

  const missed = async (): Promise<MissedEvent[]> =>
    (await api.get<Overview>('/overview')).missedEvents;
  const counter = async (event: string, uid: string): Promise<string | undefined> =>
    (await api.get<string>('/metrics'))
      .split('\n')
      .find((line) => line.includes(`event="${event}",content_type="${uid}"`));

  /** Passes the time in which an event may still be noted. A second's work beside the app's own does nothing. */
  async function judge(isSo: () => boolean | Promise<boolean>): Promise<void> {
    skipGrace(clock);
    const startedAt = performance.now();
    do await api.runtime.everySecond();
    while (!(await isSo()) && performance.now() - startedAt < PATIENCE_MS);
  }
  const isLogged = (): boolean => error.mock.calls.length > 0;

  it('is not reported while it can still be captured', async () => {
    await createAround('first');
    await api.runtime.everySecond();
    expect(await missed()).toEqual([]);
  });

  it('is logged, and reported by the health check, the metrics and the overview', async () => {
    await judge(isLogged);
    const says: unknown = expect.stringContaining(
      `Strapi emitted entry.create of ${PAGE}, and it was not captured`
    );
    expect(error.mock.calls).toEqual([[says, undefined]]);
    expect(await missed()).toMatchObject([{ event: 'entry.create', uid: PAGE, count: 1 }]);
    expect(await api.get<HealthView>('/health')).toEqual({ status: 'degraded', problems: [says] });
    expect(await counter('entry.create', PAGE)).toMatch(/^webhooks_missed_events_total\{.*\} 1$/);
  });

  it('is logged once in an hour, and always counted', async () => {
    for (const title of ['second', 'third']) await createAround(title);
    const isCounted = async () => (await counter('entry.create', PAGE))?.includes(' 3') === true;
    await judge(isCounted);
    expect(error).not.toHaveBeenCalled();
    expect(await isCounted()).toBe(true);

    clock.advance(HOUR_MS);
    await createAround('fourth');
    await judge(isLogged);
    expect(error).toHaveBeenCalledTimes(1);
    expect(await counter('entry.create', PAGE)).toContain(' 4');
  });

  it('is found for files too', async () => {
    await uploadAround();
    await judge(isLogged);
    expect(error.mock.calls).toHaveLength(1);
    expect(await counter('media.create', FILE)).toContain(' 1');
  });

  it('is not reported any more after a day', async () => {
    clock.advance(24 * HOUR_MS);
    expect(await missed()).toEqual([]);
    expect(await api.get<HealthView>('/health')).toMatchObject({ status: 'ok' });
    expect(await counter('entry.create', PAGE)).toContain(' 4');
  });
});

describe('no event is reported as missed', () => {
  let harness: CaptureHarness;
  beforeAll(async () => {
    harness = await bootWithCapture('sqlite');
  }, 120_000);
  // Fails when anything was.
  afterAll(() => harness.close());
  afterEach(() => {
    harness.wanted = ['*'];
  });

  const createPage = (title: string): Promise<{ documentId: string }> =>
    harness.strapi.documents(PAGE).create({ data: { title } });

  function expectNone(): void {
    skipGrace(harness.clock);
    harness.tripwire.judge();
    expect(harness.tripwire.all()).toEqual([]);
  }

  it('when a topic subscribes between a write and its commit', async () => {
    harness.wanted = ['entry.delete'];
    await harness.strapi.db.transaction(async () => {
      await createPage('before the subscription');
      harness.wanted = ['*'];
    });
    await harness.native.take(1);
    expectNone();
  });

  it('in a transaction that takes longer than captures are remembered', async () => {
    await harness.strapi.db.transaction(async () => {
      await createPage('at the beginning');
      harness.clock.advance(HOUR_MS);
    });
    await harness.native.take(1);
    expectNone();
  });

  it('of a write that is rolled back', async () => {
    const refused = harness.strapi.db.transaction(async () => {
      await createPage('never was');
      throw new Error('changed my mind');
    });
    await expect(refused).rejects.toThrow('changed my mind');
    expectNone();
  });

  it('of a row that Strapi announces twice', async () => {
    const { documentId } = await createPage('reviewed');
    let isRepeated = true;
    harness.strapi.documents.use(async (context, next) => {
      const result = await next();
      if (!isRepeated || context.action !== 'update') return result;
      isRepeated = false;
      return next();
    });
    await harness.strapi.documents(PAGE).update({ documentId, data: { title: 'moved' } as never });
    await harness.native.take(3);
    expectNone();
  });

  it('of a file whose deletion fails after it was announced', async () => {
    const form = new FormData();
    form.append('files', new Blob(['text'], { type: 'text/plain' }), 'kept.txt');
    const [file] = await harness.http.ok(
      harness.http.api<{ id: number }[]>('POST', '/api/upload', form)
    );
    const stop = harness.strapi.db.lifecycles.subscribe({
      models: [FILE],
      beforeDelete: () => Promise.reject(new Error('kept by a hook')),
    });
    const { status } = await harness.http.admin('DELETE', `/upload/files/${file?.id}`);
    stop();
    expect(status).toBe(500);
    await harness.native.take(2);
    expectNone();
  });

  it.each([
    ['without a payload', undefined],
    ['with a payload that is not an object', 'text'],
    ['about no row', { model: 'page', uid: PAGE, entry: null }],
    ['about a row without an id', { model: 'page', uid: PAGE, entry: { title: 'x' } }],
    ['about a model that is not the content type', { model: 'x', uid: PAGE, entry: { id: 1 } }],
    ['about an unknown content type', { model: 'x', uid: 'api::x.x', entry: { id: 1 } }],
    ['with a payload of its own', { page: { id: 1 } }],
  ])('that other code emits %s', async (_name, payload) => {
    await harness.strapi.eventHub.emit('entry.publish', payload);
    await harness.strapi.eventHub.emit('media.update', payload);
    await harness.native.take(2);
    expectNone();
  });

  it('when there are more writes than can be remembered', async () => {
    await createPage('forgotten');
    const rows = 20_001;
    for (let id = 1; id <= rows; id += 1) harness.tripwire.captured('entry.update', PAGE, -id);
    const entry = { id: 999_999, title: 'beyond' };
    await harness.strapi.eventHub.emit('entry.create', { model: 'page', uid: PAGE, entry });
    await harness.native.take(2);
    expectNone();
  });
});
