/**
 * Code that starts inside a captured write and ends after it works as it does without the plugin:
 * timers, promises that nobody awaits, listeners of the event hub, hooks of other plugins.
 */
import type { Core } from '@strapi/strapi';

import { bootWithCapture, type CaptureHarness } from '../support/capture-harness';
import { describeEachDatabase } from '../support/strapi';

const ARTICLE = 'api::article.article';
const CATEGORY = 'api::category.category';
const FILE = 'plugin::upload.file';

type Work = (strapi: Core.Strapi) => PromiseLike<unknown>;

const createCategory: Work = (strapi) =>
  strapi.documents(CATEGORY).create({ data: { name: 'late' } });

const LATE_WORK: [string, Work][] = [
  ['reads documents', (strapi) => strapi.documents(ARTICLE).findMany({})],
  [
    'reads rows with their relations',
    (strapi) => strapi.db.query(ARTICLE).findMany({ populate: true }),
  ],
  ['creates a document', createCategory],
  [
    'publishes a document',
    (strapi) => strapi.documents(CATEGORY).create({ data: { name: 'late' }, status: 'published' }),
  ],
  [
    'stores a setting',
    (strapi) => strapi.store({ type: 'plugin', name: 'x', key: 'k' }).set({ value: 1 }),
  ],
  ['uses knex', (strapi) => strapi.db.connection('articles').select('id')],
  [
    'opens a transaction',
    (strapi) =>
      strapi.db.transaction(() => strapi.db.query(CATEGORY).create({ data: { name: 'late' } })),
  ],
];

function promiseOf<T>(): { promise: Promise<T>; resolve: (value: T | PromiseLike<T>) => void } {
  let resolve: (value: T | PromiseLike<T>) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Work that is started now, as by a timer, and does its work when it is told that the write is over. */
function lateWorkOn(strapi: Core.Strapi, work: Work) {
  const writeIsOver = promiseOf<undefined>();
  const done = promiseOf<unknown>();
  return {
    late: (): void => done.resolve(writeIsOver.promise.then(() => work(strapi))),
    end: (): Promise<unknown> => {
      writeIsOver.resolve(undefined);
      return done.promise;
    },
  };
}

describeEachDatabase('code that outlives a captured write', (database) => {
  let harness: CaptureHarness;
  const undo: (() => unknown)[] = [];
  beforeAll(async () => {
    harness = await bootWithCapture(database);
  }, 120_000);
  afterAll(() => harness.close());
  afterEach(async () => {
    for (const step of undo.splice(0)) step();
    harness.wanted = ['*'];
    harness.failInserts(false);
    await harness.recorded();
  });

  const lateWork = (work: Work) => lateWorkOn(harness.strapi, work);
  const createArticle = (title = 'x') =>
    harness.strapi.documents(ARTICLE).create({ data: { title } });

  /** Runs `hook` in the hook of the next write of that type. */
  function once(
    model: string,
    hook: (event: { result: { id: number; documentId: string } }) => unknown,
    action: 'beforeCreate' | 'afterCreate' = 'afterCreate'
  ): void {
    let done = false;
    undo.push(
      harness.strapi.db.lifecycles.subscribe({
        models: [model],
        async [action](event: unknown) {
          if (done) return;
          done = true;
          await hook(event as { result: { id: number; documentId: string } });
        },
      })
    );
  }

  it.each(LATE_WORK)('started by a hook: %s', async (_name, work) => {
    const { late, end } = lateWork(work);
    once(ARTICLE, late);
    await createArticle();
    await expect(end()).resolves.toBeDefined();
  });

  it.each(LATE_WORK)('started by a document middleware: %s', async (_name, work) => {
    const { late, end } = lateWork(work);
    undo.push(
      harness.strapi.documents.use(async (context, next) => {
        const result = await next();
        if (context.action === 'create' && context.uid === ARTICLE) late();
        return result;
      }) as unknown as () => unknown
    );
    await createArticle();
    await expect(end()).resolves.toBeDefined();
  });

  it.each(LATE_WORK)('started by a listener of the event hub: %s', async (_name, work) => {
    const { late, end } = lateWork(work);
    const heard = promiseOf<undefined>();
    undo.push(
      harness.strapi.eventHub.once('entry.create', async () => {
        late();
        heard.resolve(undefined);
        await Promise.resolve();
      })
    );
    await createArticle();
    await heard.promise;
    await expect(end()).resolves.toBeDefined();
  });

  it.each(LATE_WORK)('in a listener of the event hub: %s', async (_name, work) => {
    const late = promiseOf<unknown>();
    undo.push(
      harness.strapi.eventHub.once('entry.create', async () => {
        const soon = work(harness.strapi);
        late.resolve(soon);
        await soon;
      })
    );
    await createArticle();
    await expect(late.promise).resolves.toBeDefined();
  });

  it.each(LATE_WORK)('started by a hook of a file: %s', async (_name, work) => {
    const { late, end } = lateWork(work);
    once(FILE, late);
    await upload();
    await expect(end()).resolves.toBeDefined();
  });

  it.each(LATE_WORK)('not awaited by a hook of a file: %s', async (_name, work) => {
    const late = promiseOf<unknown>();
    once(FILE, () => {
      late.resolve(work(harness.strapi));
    });
    await upload();
    await expect(late.promise).resolves.toBeDefined();
  });

  it('runs the hooks of a file outside any transaction', async () => {
    const inside: boolean[] = [];
    once(FILE, () => {
      inside.push(harness.strapi.db.inTransaction());
    });
    await upload();
    expect(inside).toEqual([false]);
  });

  it('begins a transaction that is opened while the events are written when they are', async () => {
    const reading = promiseOf<undefined>();
    const mayRead = promiseOf<undefined>();
    const articleIsWritten = promiseOf<undefined>();
    const late = promiseOf<unknown>();
    holdReading(reading, mayRead);
    once(ARTICLE, async () => {
      await harness.strapi.db.transaction(({ onCommit }: { onCommit(done: () => void): void }) => {
        onCommit(() => articleIsWritten.resolve(undefined));
        return Promise.resolve();
      });
      late.resolve(
        reading.promise.then(() => {
          const work = createCategory(harness.strapi);
          mayRead.resolve(undefined);
          return work;
        })
      );
    });
    once(CATEGORY, () => articleIsWritten.promise, 'beforeCreate');
    await createArticle('slow');
    await expect(late.promise).resolves.toBeDefined();
    expect((await harness.recorded()).map(({ uid }) => uid)).toEqual([ARTICLE, CATEGORY]);
  });

  /** Stops the reading of an entry for our event: the first `findOne` with all of its relations. */
  function holdReading(
    reading: { resolve: (value: undefined) => void },
    mayRead: { promise: Promise<undefined> }
  ): void {
    let held = false;
    undo.push(
      harness.strapi.db.lifecycles.subscribe({
        models: [ARTICLE],
        async beforeFindOne({ params }) {
          const { populate } = params as { populate?: object };
          if (held || !('createdBy' in (populate ?? {}))) return;
          held = true;
          reading.resolve(undefined);
          await mayRead.promise;
        },
      })
    );
  }

  it('commits a document that a hook writes without awaiting it together with its event', async () => {
    const late = promiseOf<unknown>();
    once(ARTICLE, () => {
      late.resolve(createCategory(harness.strapi));
    });
    await createArticle();
    await expect(late.promise).resolves.toBeDefined();
    expect((await harness.recorded()).map(({ uid }) => uid).sort()).toEqual([ARTICLE, CATEGORY]);
  });

  it('commits neither when the event of a document that nobody awaits cannot be written', async () => {
    const count = () => harness.strapi.db.query(CATEGORY).count();
    const before = await count();
    harness.wanted = ['entry.create'];
    const late = promiseOf<unknown>();
    const outer = harness.strapi.db.transaction(async () => {
      harness.failInserts(true);
      late.resolve(
        Promise.resolve(createCategory(harness.strapi)).catch((error: unknown) => error)
      );
      return Promise.resolve();
    });
    await expect(outer).rejects.toThrow('the insert failed');
    await expect(late.promise).resolves.toMatchObject({ message: 'the insert failed' });
    expect(await count()).toBe(before);
  });

  it('leaves a transaction alone whose unawaited document write fails by itself', async () => {
    const late = promiseOf<unknown>();
    once(CATEGORY, () => Promise.reject(new Error('refused by a hook')), 'beforeCreate');
    await harness.strapi.db.transaction(async () => {
      await createArticle('stays');
      const refused = Promise.resolve(createCategory(harness.strapi));
      late.resolve(refused.catch((error: unknown) => error));
    });
    await expect(late.promise).resolves.toMatchObject({ message: 'refused by a hook' });
    expect(await harness.strapi.db.query(ARTICLE).count({ where: { title: 'stays' } })).toBe(1);
  });

  async function upload(): Promise<void> {
    const form = new FormData();
    form.append('files', new Blob(['text'], { type: 'text/plain' }), 'late.txt');
    await harness.http.ok(harness.http.api('POST', '/api/upload', form));
  }
});
