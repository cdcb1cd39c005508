/** Filters that name an attribute which is gone, and what a filter withheld: cases for a booted engine. */
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { TopicsService } from '../../server/src/api/topics';
import type { EndpointInput, EndpointView } from '../../server/src/api/types';
import type { createOverviewService } from '../../server/src/panel/services/overview';
import type { Runtime } from '../../server/src/runtime/runtime';
import type { Engine } from './engine';
import { warningsDuring } from './warnings';

interface World {
  engine(): Engine;
  subscribe(path: string, more?: Partial<EndpointInput>): Promise<EndpointView>;
  deliver(): Promise<void>;
  titles(path: string): unknown[];
}

const ARTICLE = 'api::article.article';
const GONE = { entry: { gone: 'never' } };
const PROBLEM = {
  uid: ARTICLE,
  path: 'entry.gone',
  message: `"gone" is not an attribute of ${ARTICLE} that is sent`,
};

export function describeBroken({ engine, subscribe, deliver, titles }: World): void {
  const articles = () => engine().app.strapi.documents(ARTICLE);
  const endpoints = () => engine().service<EndpointsService>('endpoints');
  const topics = () => engine().service<TopicsService>('topics');
  const runtime = () =>
    engine().app.strapi.plugin('guaranteed-webhooks').service<Runtime>('runtime');

  /** As if the content-type builder had removed the attribute. @returns what the log warns of. */
  const refresh = async (): Promise<string> => {
    const read = (): Promise<void> => runtime().directory.refresh();
    return (await warningsDuring(engine().app.strapi, read)).join();
  };

  const overviewWarnings = async (): Promise<string> =>
    (
      await engine().service<ReturnType<typeof createOverviewService>>('overview').read()
    ).warnings.join();

  it('of an endpoint withholds nothing once an attribute is gone, and warns', async () => {
    const { id, version } = await subscribe('/broken', { filter: { entry: { title: 'never' } } });
    await runtime().store.updateEndpoint(id, { filter: GONE }, version);
    const warning = 'The filter of endpoint "/broken" withholds nothing';
    expect(await refresh()).toContain(warning);
    expect(await refresh()).toBe(''); // once
    await articles().create({ data: { title: 'Ada' } });
    await deliver();
    expect(titles('/broken')).toEqual(['Ada']);
    const view = await endpoints().get(id);
    expect(view.filterProblems).toEqual([PROBLEM]);
    expect(await overviewWarnings()).toContain(warning);
    // Its other settings can still be changed.
    await endpoints().update(id, { timeoutMs: 5_000 }, view.version);
  });

  it('of a topic withholds nothing once an attribute is gone, and warns', async () => {
    const topic = await topics().create({
      name: 'broken',
      events: ['entry.create'],
      contentTypes: [ARTICLE],
      filter: { entry: { title: 'never' } },
    });
    await subscribe('/of-broken', { topicIds: [topic.id] });
    await runtime().store.updateTopic(topic.id, { filter: GONE }, topic.version);
    const warning = 'The filter of topic "broken" withholds nothing';
    expect(await refresh()).toContain(warning);
    expect(await refresh()).toBe(''); // once
    await articles().create({ data: { title: 'Ada' } });
    await deliver();
    expect(titles('/of-broken')).toEqual(['Ada']);
    expect((await topics().get(topic.id)).filterProblems).toEqual([PROBLEM]);
    expect(await overviewWarnings()).toContain(warning);
    await topics().remove(topic.id);
  });

  it('counts all that it withholds, and keeps the last ten', async () => {
    const { id } = await subscribe('/many', { filter: { entry: { title: 'never' } } });
    const made = [];
    for (let n = 0; n < 12; n += 1) {
      made.push(await articles().create({ data: { title: `Title ${n}` } }));
    }
    const { withheld } = await endpoints().get(id);
    expect(withheld?.total).toBe(12);
    expect(withheld?.latest.map(({ documentId }) => documentId)).toEqual(
      made
        .map(({ documentId }) => documentId)
        .toReversed()
        .slice(0, 10)
    );
  });
}
