/** The version before and what differs from it, in the bodies of shapes and for transformations: cases for a booted engine. */
import type { EndpointInput, EndpointView } from '../../server/src/api/types';
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { ShapesService } from '../../server/src/api/shapes';
import type { FormatEvent } from '../../server/src/core/shape/format';
import type { Included } from '../../server/src/core/shape/view';
import type { MessagesService } from '../../server/src/panel/services/messages';
import type { Runtime } from '../../server/src/runtime/runtime';
import type { Engine } from './engine';
import { createSchemaCheck } from './event-schema';

interface World {
  engine(): Engine;
  subscribe(path: string, more: Partial<EndpointInput>): Promise<EndpointView>;
  deliver(): Promise<void>;
}

interface Payload {
  event: string;
  entry: Record<string, unknown>;
  previous: Record<string, unknown> | null;
  changed: string[];
}

const ARTICLE = 'api::article.article';
const BOTH: Included[] = ['previous', 'changed'];

export function describeIncluded({ engine, subscribe, deliver }: World): void {
  const articles = () => engine().app.strapi.documents(ARTICLE);
  const formats = () => engine().service<ShapesService>('shapes');
  const bodies = (path: string): Payload[] =>
    engine()
      .to(path)
      .map(({ body }) => JSON.parse(body.toString()) as Payload);
  const update = (documentId: string, title: string) =>
    articles().update({ documentId, data: { title } as never });
  /** In an order that does not depend on that of the arrival. */
  const factsOf = (path: string) =>
    bodies(path)
      .map(({ event, previous, changed }) => [event, previous?.title ?? null, changed] as const)
      .toSorted(([a, , of], [b, , to]) => (a + String(of) < b + String(to) ? -1 : 1));

  async function author(name: string): Promise<string> {
    const made = await engine()
      .app.strapi.documents('api::author.author')
      .create({ data: { name } });
    return made.documentId;
  }

  /** Creates, publishes, changes, publishes again, unpublishes and deletes an article. */
  async function life(): Promise<void> {
    const ada = await author('Ada');
    const { documentId } = await articles().create({
      data: { title: 'One', slug: 'one', author: ada, internalNote: 'secret' } as never,
    });
    await articles().publish({ documentId });
    const data = { title: 'Two', author: await author('Bob'), internalNote: 'more' };
    await articles().update({ documentId, data: data as never });
    await articles().publish({ documentId });
    await articles().unpublish({ documentId });
    await articles().delete({ documentId });
    await deliver();
  }

  /** `featured` has a default. */
  const ALL = ['title', 'slug', 'featured', 'author'];

  it('has the version before and the changed attributes, of every event', async () => {
    await subscribe('/both', { shape: { include: BOTH } });
    await subscribe('/plain', {});
    await life();
    expect(factsOf('/both')).toEqual([
      ['entry.create', null, ALL],
      ['entry.delete', 'Two', ALL],
      ['entry.publish', 'One', ['title', 'author']],
      ['entry.publish', null, ALL],
      ['entry.unpublish', 'Two', ALL],
      ['entry.update', 'One', ['title', 'author']],
    ]);
    const all = bodies('/both');
    const check = createSchemaCheck(engine().app.strapi, BOTH);
    for (const payload of all) {
      const keys = ['event', 'createdAt', 'model', 'uid', 'entry', 'previous', 'changed'];
      expect(Object.keys(payload)).toEqual(keys);
      check({ name: payload.event, uid: ARTICLE, body: { text: JSON.stringify(payload) } });
    }
    const changed = all.find(({ event }) => event === 'entry.update');
    expect(changed?.previous?.author).toMatchObject({ name: 'Ada' });
    expect(changed?.entry.author).toMatchObject({ name: 'Bob' });
    expect(JSON.stringify(all)).not.toMatch(/internalNote|secret/);
    for (const payload of bodies('/plain')) expect(payload).not.toHaveProperty('previous');
  });

  it('has the version before with the fields and relations of the entry', async () => {
    const populate = { author: { fields: ['name'] } };
    await subscribe('/view', { shape: { fields: ['title'], populate, include: ['previous'] } });
    await life();
    const id = expect.any(Number) as number;
    const documentId = expect.any(String) as string;
    const version = (title: string, name: string) => ({
      ...{ id, documentId, title },
      author: { id, documentId, name },
    });
    const sent = bodies('/view');
    expect(sent).toHaveLength(6);
    expect(sent.filter(({ event }) => event !== 'entry.publish')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'entry.create', previous: null }),
        expect.objectContaining({ event: 'entry.update', previous: version('One', 'Ada') }),
        expect.objectContaining({ event: 'entry.unpublish', previous: version('Two', 'Bob') }),
        expect.objectContaining({ event: 'entry.delete', previous: version('Two', 'Bob') }),
      ])
    );
    const published = sent.filter(({ event }) => event === 'entry.publish');
    expect(published.map(({ previous }) => previous)).toEqual(
      expect.arrayContaining([null, version('One', 'Ada')])
    );
    for (const payload of sent) expect(payload).not.toHaveProperty('changed');
  });

  it('gives them to a transformation that needs them', async () => {
    const seen: Pick<FormatEvent, 'type' | 'previous' | 'changed'>[] = [];
    const note = ({ type, previous, changed }: FormatEvent) => {
      seen.push({ type, previous, changed });
      return { body: type };
    };
    const undo = [
      formats().register('audit', note, { needs: ['previous', 'changed'] }),
      formats().register('other', note),
    ];
    const { id } = await subscribe('/audit', {
      shape: { format: { kind: 'code', name: 'audit' } },
    });
    const { documentId } = await articles().create({ data: { title: 'One' } });
    await update(documentId, 'Two');
    expect(seen).toEqual([
      { type: 'entry.create', previous: null, changed: ['title', 'featured'] },
      {
        type: 'entry.update',
        previous: expect.objectContaining({ title: 'One' }) as object,
        changed: ['title'],
      },
    ]);
    const endpoints = engine().service<EndpointsService>('endpoints');
    const { version } = await endpoints.get(id);
    await endpoints.update(id, { shape: { format: { kind: 'code', name: 'other' } } }, version);
    await update(documentId, 'Three');
    expect(seen.at(-1)).toEqual({ type: 'entry.update', previous: null, changed: null });
    for (const unregister of undo) unregister();
    expect(() => formats().register('audit', note, { needs: ['entry' as never] })).toThrow(
      expect.objectContaining({ field: 'needs' }) as Error
    );
  });

  it('renders a dead letter again with the version before', async () => {
    const needs = { needs: ['previous'] } as const;
    const fails = formats().register(
      'audit',
      () => {
        throw new Error('no');
      },
      needs
    );
    await subscribe('/again', { shape: { format: { kind: 'code', name: 'audit' } } });
    const { documentId } = await articles().create({ data: { title: 'One' } });
    await update(documentId, 'Two');
    await deliver();
    fails();
    const works = formats().register('audit', ({ previous }) => ({ body: { previous } }), needs);
    await engine().service<MessagesService>('messages').bulk('replay', { filter: {} });
    await engine().service<Runtime>('runtime').maintenance.stepJobs();
    await deliver();
    works();
    expect(
      bodies('/again')
        .map(({ previous }) => previous?.title ?? null)
        .toSorted()
    ).toEqual(['One', null]);
  });

  it('reads the version before only when it is asked for', async () => {
    const { documentId } = await articles().create({ data: { title: 'One' } });
    const queries = async (title: string): Promise<number> => {
      let count = 0;
      const { connection } = engine().app.strapi.db;
      const note = (): void => {
        count += 1;
      };
      connection.on('query', note);
      await update(documentId, title);
      connection.removeListener('query', note);
      return count;
    };
    await subscribe('/plain', {});
    await queries('warm');
    const plain = await queries('Two');
    await subscribe('/include', { shape: { include: ['changed'] } });
    expect(await queries('Three')).toBeGreaterThan(plain);
  });

  it.each<[string, object, string]>([
    ['what is no fact', { include: ['before'] }, 'shape.include.0'],
    ['a list without one', { include: [] }, 'shape.include'],
    ['a thin payload', { payload: 'thin', include: ['changed'] }, 'shape.include'],
  ])('refuses %s', async (_, shape, field) => {
    await expect(subscribe('/refused', { shape })).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      field,
    });
  });
}
