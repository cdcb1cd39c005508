/**
 * Events that the host, or a plugin of its, emits on Strapi's event hub: as durable as the transaction
 * they are emitted in, and never a danger to the process.
 */
import { RETRY_AFTER_MS } from '../../server/src/capture/hub';
import { bootWithCapture, type CaptureHarness } from '../support/capture-harness';
import { CUSTOM_EVENT } from '../support/differential';
import { describeEachDatabase } from '../support/strapi';

describeEachDatabase('events of the hub', (database) => {
  let harness: CaptureHarness;
  beforeAll(async () => {
    harness = await bootWithCapture(database);
  }, 120_000);
  afterAll(() => harness.close());
  afterEach(() => {
    harness.failInserts(false);
    harness.wanted = ['*'];
  });

  const emit = (name: string, ...args: unknown[]): Promise<void> =>
    harness.strapi.eventHub.emit(name, ...args);
  const names = async (): Promise<string[]> =>
    (await harness.recorded()).map((event) => event.name);
  const createPage = (title: string): Promise<unknown> =>
    harness.strapi.documents('api::page.page').create({ data: { title } });
  const pageTitles = async (): Promise<unknown[]> =>
    (await harness.strapi.db.query('api::page.page').findMany({})).map(
      ({ title }: { title: unknown }) => title
    );

  it('are written when emit has resolved, like a webhook of Strapi', async () => {
    const woken = harness.woken();
    const [event] = await harness.compare([CUSTOM_EVENT], () =>
      emit(CUSTOM_EVENT, {
        order: 7,
        paidAt: new Date(0),
        uid: 'api::page.page',
        skipped: undefined,
      })
    );
    expect(event).toMatchObject({ source: 'hub', uid: 'api::page.page', actor: { kind: 'none' } });
    expect(harness.woken()).toBe(woken + 1);
  });

  it('need no payload', () => harness.compare([CUSTOM_EVENT], () => emit(CUSTOM_EVENT)));

  it('name the document that a review workflow moved', async () => {
    await emit('review-workflows.updateEntryStage', {
      model: 'article',
      uid: 'api::article.article',
      entity: { id: 1, documentId: 'doc', locale: 'fr', status: 'draft' },
      workflow: { id: 1, stages: { from: { id: 1, name: 'a' }, to: { id: 2, name: 'b' } } },
    });
    expect(await harness.recorded()).toMatchObject([
      { uid: 'api::article.article', entryDocumentId: 'doc', entryLocale: 'fr' },
    ]);
  });

  it('are frozen as they were when they were emitted', async () => {
    const order = { state: 'paid' };
    const emitted = emit(CUSTOM_EVENT, order);
    order.state = 'changed afterwards';
    await emitted;
    expect((await harness.recorded())[0]?.body.text).toContain('"state":"paid"');
    await harness.native.take(1);
  });

  it('commit with the transaction they are emitted in, awaited or not', async () => {
    // As content releases do: emitted last, not awaited, then the commit.
    await harness.compare(['entry.create', 'releases.publish'], () =>
      harness.strapi.db.transaction(async () => {
        await createPage('released');
        void emit('releases.publish', { isPublished: true, release: { id: 1 } });
      })
    );
  });

  it('are rolled back with their transaction, awaited or not', async () => {
    const woken = harness.woken();
    await expect(
      harness.strapi.db.transaction(async () => {
        await createPage('rolled back');
        await emit('releases.publish', { isPublished: true });
        void emit('releases.publish', { isPublished: true });
        throw new Error('changed my mind');
      })
    ).rejects.toThrow('changed my mind');
    expect(await names()).toEqual([]);
    expect(await pageTitles()).not.toContain('rolled back');
    expect(harness.woken()).toBe(woken);
    await harness.native.take(2); // Strapi's webhooks were sent regardless
  });

  it('prevent the commit of a transaction in which they could not be written', async () => {
    harness.wanted = [CUSTOM_EVENT];
    harness.failInserts(true);
    await expect(
      harness.strapi.db.transaction(async () => {
        await createPage('unannounced');
        void emit(CUSTOM_EVENT, {});
      })
    ).rejects.toThrow('the insert failed');
    expect(await pageTitles()).not.toContain('unannounced');
    await harness.native.take(1);
  });

  it('outside a transaction, are retried, then logged, and never thrown', async () => {
    const error = jest.spyOn(harness.strapi.log, 'error').mockReturnThis();
    const pauses: number[] = [];
    harness.onPause = (ms) => pauses.push(ms);
    harness.failInserts(true);
    await expect(emit(CUSTOM_EVENT, {})).resolves.toBeUndefined();
    expect(pauses).toEqual(RETRY_AFTER_MS);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error.mock.calls[0]?.[0]).toContain(CUSTOM_EVENT);
    harness.failInserts(false);
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(emit('custom.circular', circular)).resolves.toBeUndefined();
    expect(pauses).toEqual(RETRY_AFTER_MS);
    expect(error).toHaveBeenCalledTimes(2);
    error.mockRestore();
    expect(await names()).toEqual([]);
    await harness.native.take(1);
  });

  it('outside a transaction, survive a short outage of the database', async () => {
    harness.failInserts(true);
    harness.onPause = (ms) => {
      if (ms > 1_000) harness.failInserts(false);
    };
    await emit(CUSTOM_EVENT, {});
    expect(await names()).toEqual([CUSTOM_EVENT]);
    await harness.native.take(1);
  });

  it('are written although another listener throws', async () => {
    const off = harness.strapi.eventHub.on('custom.fragile', () => Promise.reject(new Error('no')));
    await expect(emit('custom.fragile', {})).rejects.toThrow('no');
    off();
    expect(await names()).toEqual(['custom.fragile']);
  });

  it('emitted by work that outlives its transaction have one of their own', async () => {
    let finished: (() => void) | undefined;
    const over = new Promise<void>((resolve) => {
      finished = resolve;
    });
    let straggler: Promise<void> | undefined;
    await harness.strapi.db.transaction(() =>
      harness.strapi.db.transaction(async () => {
        await createPage('first');
        straggler = over.then(() => emit('custom.late', {}));
      })
    );
    await harness.native.take(1);
    const woken = harness.woken();
    finished?.();
    await straggler;
    expect(await names()).toEqual(['entry.create', 'custom.late']);
    // One for the late event: the finished transaction's callbacks did not run again.
    expect(harness.woken()).toBe(woken + 1);
  });

  it("of Strapi's housekeeping are for those who name them", async () => {
    await emit('user.create', { user: { id: 1 } });
    await emit('admin.auth.success', {});
    expect(await names()).toEqual([]);
    harness.wanted = ['*', 'user.*'];
    await emit('user.create', { user: { id: 1 } });
    expect(await names()).toEqual(['user.create']);
  });

  it('named entry.* or media.* are left to the changes themselves', async () => {
    await emit('entry.publish', { model: 'page', uid: 'api::page.page', entry: {} });
    expect(await names()).toEqual([]);
    await harness.native.take(1);
  });
});
