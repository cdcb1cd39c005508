/** What the panel's tests need to be there before they begin, made through the admin API. */
import type { EndpointSecret, EndpointView, TopicView } from '../../server/src/contract';
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

/** Publishes until so many messages of the topic are dead letters. */
export async function makeDeadLetters(
  world: PanelWorld,
  topicId: number,
  count: number
): Promise<void> {
  const { admin, receiver } = world;
  const before = receiver.requests.length;
  for (let number = 1; number <= count; number += 1) {
    await plugin(admin, 'POST', `/topics/${topicId}/publish`, { payload: { number } });
  }
  await receiver.waitFor(before + count);
  let dead = 0;
  while (dead < count) {
    const topics = await plugin<{ counts: { dead: number } }>(admin, 'GET', '/overview');
    dead = topics.counts.dead;
  }
}
