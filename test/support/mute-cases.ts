/** Muting in code, and the batch at its end: cases for a booted plugin. */
import type { CaptureService } from '../../server/src/api/capture';
import type {
  EndpointInput,
  EndpointView,
  MessageView,
  Page,
} from '../../server/src/panel/contract';
import type { AdminApi } from '../integration/admin-api-fixture';

export function describeMute(api: () => AdminApi): void {
  const ARTICLE = 'api::article.article';
  interface Documents {
    create(params: object): Promise<{ documentId: string }>;
  }
  const create = (title: string) =>
    (api().app.strapi.documents(ARTICLE) as unknown as Documents).create({ data: { title } });
  const typed = () =>
    api().app.strapi.plugin('guaranteed-webhooks').service<CaptureService>('capture');
  const transaction = (work: () => Promise<unknown>): Promise<unknown> =>
    api().app.strapi.db.transaction(work);
  const mutedTotal = async (): Promise<number> => {
    const text = await api().runtime.watch.meters.registry.metrics();
    return Number(/^webhooks_muted_events_total (\d+)$/m.exec(text)?.[1]);
  };
  let endpoints: EndpointView[];

  beforeEach(async () => {
    const { id } = await api().createTopic({ events: ['entry.create'], contentTypes: [ARTICLE] });
    const settings: Partial<EndpointInput>[] = [
      {},
      { filter: { entry: { title: { $startsWith: 'a' } } } },
      { shape: { format: { kind: 'preset', name: 'vercel' } } },
      { shape: { format: { kind: 'preset', name: 'slack' } } },
    ];
    endpoints = [];
    for (const one of settings)
      endpoints.push(await api().createEndpoint({ topicIds: [id], ...one }));
  });
  afterEach(async () => {
    for (const { id } of endpoints)
      await api().app.http.ok(api().call('DELETE', `/endpoints/${id}?cancelPending=true`));
  });

  /** The bodies that each endpoint was sent, oldest first. */
  async function sent(): Promise<{ events?: { entry: { title: string } }[]; count?: number }[][]> {
    await api().deliver();
    return Promise.all(
      endpoints.map(async ({ id }) => {
        const { results } = await api().get<Page<MessageView>>(`/messages?endpointId=${id}`);
        return results.reverse().map(({ messageId }) => {
          const [request] = api().received(messageId);
          const text = request?.body.toString() ?? '';
          return text === '' ? {} : (JSON.parse(text) as object);
        });
      })
    );
  }

  const titlesOf = (batch: { events?: { entry: { title: string } }[] } | undefined) =>
    batch?.events?.map(({ entry }) => entry.title);

  it('withholds what its callback changes, and nothing that others change meanwhile', async () => {
    const before = await mutedTotal();
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    let leave: () => void = () => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const muted = typed().mute(async () => {
      await create('a');
      entered();
      await left;
      return (await create('b')).documentId;
    });
    await inside;
    const other = await create('other');
    leave();
    const { result, ...counts } = await muted;
    expect(result).toEqual(expect.any(String));
    expect(counts).toEqual({ withheld: 2, batches: 0, withoutBatch: [] });
    const [plain] = await sent();
    expect(plain).toMatchObject([{ entry: { documentId: other.documentId } }]);
    expect((await mutedTotal()) - before).toBe(2);
    await create('after');
    expect((await sent())[0]).toHaveLength(2);
  });

  it('sends each interested endpoint one batch, of what was committed', async () => {
    const { withheld, batches, withoutBatch } = await typed().mute(
      async () => {
        await create('a1');
        await transaction(() => create('a2').then(() => create('b')));
        const failing = transaction(() =>
          create('never').then(() => Promise.reject(new Error('no')))
        );
        await expect(failing).rejects.toThrow('no');
      },
      { batch: true }
    );
    const [plain, filtered, build, slack] = await sent();
    expect(plain).toMatchObject([{ count: 3 }]);
    expect(titlesOf(plain?.[0])).toEqual(['a1', 'a2', 'b']);
    expect(titlesOf(filtered?.[0])).toEqual(['a1', 'a2']);
    expect([build?.length, slack?.length]).toEqual([1, 0]);
    const names = [endpoints[3]?.name];
    expect({ withheld, batches, withoutBatch }).toEqual({
      withheld: 3,
      batches: 3,
      withoutBatch: names,
    });
  });

  it('of a callback that throws sends what was committed, and throws', async () => {
    const failing = typed().mute(
      async () => {
        await create('kept');
        throw new Error('line 2 is broken');
      },
      { batch: true }
    );
    await expect(failing).rejects.toThrow('line 2 is broken');
    expect(titlesOf((await sent())[0]?.[0])).toEqual(['kept']);
  });

  it('within another mute counts for itself and leaves the batch to the outer one', async () => {
    const outer = await typed().mute(
      async () => {
        await create('outer');
        return typed().mute(() => create('inner'), { batch: true });
      },
      { batch: true }
    );
    // None for the one whose filter these titles do not pass.
    expect(outer).toMatchObject({ withheld: 2, batches: 2 });
    expect(outer.result).toMatchObject({ withheld: 1, batches: 0 });
    expect((await sent())[0]).toMatchObject([{ count: 2 }]);
  });

  it('counts and sends what is committed after its end', async () => {
    let muted: { withheld: number } | undefined;
    await transaction(async () => {
      muted = await typed().mute(() => create('late').then(() => create('later')), { batch: true });
    });
    expect(muted).toMatchObject({ withheld: 0, batches: 0 });
    await api().receiver.waitFor((all) =>
      all.some(({ body }) => body.toString().includes('"later"'))
    );
    expect(await sent()).toMatchObject([[{ count: 2 }], [], [{}], []]);
  });

  it('keeps a bounded number of events of a large import, and the count of all', async () => {
    const { withheld } = await typed().mute(
      async () => {
        for (let n = 0; n < 40; n += 1) {
          await (api().app.strapi.documents(ARTICLE) as unknown as Documents).create({
            data: { title: `n${n}`, body: 'x'.repeat(50_000) },
          });
        }
      },
      { batch: true }
    );
    expect(withheld).toBe(40);
    const batch = (await sent())[0]?.[0];
    expect(batch?.count).toBe(40);
    expect(titlesOf(batch)?.length).toBeLessThan(25);
    expect(titlesOf(batch)?.at(-1)).toBe('n39');
  });
}
