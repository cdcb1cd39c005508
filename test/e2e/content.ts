/** What the panel's tests need to be there before they begin, made through the admin API. */
import type {
  EndpointSecret,
  EndpointView,
  MessageView,
  Page,
  ScheduleView,
  TopicView,
} from '../../server/src/panel/contract';
import type { Admin, PanelWorld } from './world';

const PREFIX = '/guaranteed-webhooks';
const ARTICLES = '/content-manager/collection-types/api::article.article';

/** @throws when the server refuses: then it is not the panel that is tested. */
export async function made<T>(admin: Admin, method: string, target: string, body?: unknown) {
  const answer = await admin<T>(method, target, body);
  if (answer.status < 300) return answer.body;
  throw new Error(`${method} ${target}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

export const plugin = <T>(admin: Admin, method: string, target: string, body?: unknown) =>
  made<T>(admin, method, PREFIX + target, body);

/** An endpoint at the receiver, that hears of published articles. @param path tells it from others */
export async function subscribe(
  { admin, receiver }: PanelWorld,
  name: string,
  { path = '/hooks', delaysMs = [500] }: { path?: string; delaysMs?: number[] } = {}
): Promise<{ endpoint: EndpointView & EndpointSecret; topic: TopicView }> {
  const topic = await plugin<TopicView>(admin, 'POST', '/topics', {
    name: name.toLowerCase().replaceAll(/\W+/g, '-'),
    events: ['entry.publish'],
    contentTypes: ['api::article.article'],
  });
  const endpoint = await plugin<EndpointView & EndpointSecret>(admin, 'POST', '/endpoints', {
    name,
    url: receiver.url + path,
    topicIds: [topic.id],
    retryPolicy:
      delaysMs.length === 0 ? { kind: 'preset', preset: 'none' } : { kind: 'list', delaysMs },
    jitterPercent: 0,
  });
  return { endpoint, topic };
}

/** @returns its document id. */
export async function publishArticle(admin: Admin, title: string): Promise<string> {
  const { data } = await made<{ data: { documentId: string } }>(admin, 'POST', ARTICLES, { title });
  await made(admin, 'POST', `${ARTICLES}/${data.documentId}/actions/publish`, { title });
  return data.documentId;
}

/** Publishes it once more. */
export const republish = (admin: Admin, documentId: string): Promise<unknown> =>
  made(admin, 'POST', `${ARTICLES}/${documentId}/actions/publish`, {});

/** Publishes so many messages to the topic, and waits until all are dead letters. */
export async function makeDeadLetters(
  world: PanelWorld,
  topicId: number,
  count: number
): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await plugin(world.admin, 'POST', `/topics/${topicId}/publish`, { payload: { number } });
  }
  await untilDead(world, count);
}

/** Waits until there are so many dead letters in all. */
export async function untilDead({ admin }: PanelWorld, count: number): Promise<void> {
  let dead = 0;
  while (dead < count) {
    ({ dead } = (await plugin<{ counts: { dead: number } }>(admin, 'GET', '/overview')).counts);
  }
}

export interface Furniture {
  topicId: number;
  endpointId: number;
  scheduleId: string;
  /** A dead letter, and the entry it is about. */
  message: MessageView;
  documentId: string;
}

/** Something on every page: a delivery that failed for good and one that did not, and one of each thing. */
export async function furnish(world: PanelWorld): Promise<Furniture> {
  const { admin, receiver } = world;
  const { endpoint, topic } = await subscribe(world, 'Search index', { delaysMs: [] });
  receiver.script([{ status: 500, body: '{"error":"the index is rebuilding"}' }]);
  const documentId = await publishArticle(
    admin,
    'An article with a long title that has to go somewhere'
  );
  await untilDead(world, 1);
  const { results } = await plugin<Page<MessageView>>(admin, 'GET', '/messages');
  await publishArticle(admin, 'Another');
  await plugin(admin, 'POST', '/queues', { name: 'orders', parallelism: 1 });
  await plugin(admin, 'POST', '/flow-control/pin', { key: 'tenant, 42', rate: 5 });
  const { scheduleId } = await plugin<ScheduleView>(admin, 'POST', '/schedules', {
    cron: '0 9 * * 1',
    url: `${receiver.url}/weekly`,
    payload: '{"week":true}',
  });
  return {
    topicId: topic.id,
    endpointId: endpoint.id,
    scheduleId,
    message: results[0]!,
    documentId,
  };
}
