/**
 * What the victim does while it waits to die: content changes from several writers at once, some of
 * them rolled back on purpose; retention; a bulk replay.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Core } from '@strapi/strapi';

import { confirmedTransaction } from '../../server/src/host/confirmed-transaction';
import type { EndpointInput, TopicInput } from '../../server/src/panel/contract';
import type { PublishInput } from '../../server/src/api/publisher';
import type { Runtime } from '../../server/src/runtime/runtime';
import { RECEIVER } from './evidence';
import { removeHostileEndpoints, subscribeHostileEndpoints } from './hostile-endpoints';
import { titleOf, type Plan, type Report } from './protocol';

const CONTENT_TYPE = 'api::author.author';
const WRITERS = 4;
/** No point is further away than this; a victim still alive then has missed it. */
const MAX_CHANGES = 3_000;
/** Numbers of one replica's titles; the second change of a pair is numbered behind all first ones. */
const TITLES_PER_REPLICA = 2 * MAX_CHANGES;
/** After a change that failed: as somebody would who tries again. */
const BREATH_MS = 50;
const ROLLBACK_ONE_IN = 5;
const SEVERAL_ONE_IN = 7;
/** Two of the job's steps and a little. */
const REPLAYED = 410;
const TOPIC = 'authors';
/** Enough for a machine so busy that requests time out. */
const RETRY_DELAYS_MS = [100, 200, 400, 800, ...Array.from({ length: 16 }, () => 1_000)];
const DAY_MS = 86_400_000;
const RETENTION_DAYS = 31;
const COUNTED_UP_TO = 10_000;
const BACKLOG_POLL_MS = 100;

/** Of Strapi's own, what is needed here. */
interface WebhookStore {
  findWebhooks(): Promise<unknown[]>;
  createWebhook(webhook: object): Promise<unknown>;
}

type Tell = (line: Report) => void;

interface Control {
  tell: Tell;
  /** No further change is begun. */
  halt: AbortSignal;
}

const service = <T>(strapi: Core.Strapi, name: string): T =>
  strapi.plugin('guaranteed-webhooks').service(name) as T;
const runtimeOf = (strapi: Core.Strapi): Runtime => service<Runtime>(strapi, 'runtime');

/** Points the system under test at the receiver, in its first life; later ones find it in the database. */
export async function createReceiverSubscription(strapi: Core.Strapi, plan: Plan): Promise<void> {
  if (plan.system === 'native') return createNativeWebhook(strapi, plan.receiverUrl);
  await removeHostileEndpoints(strapi);
  if (runtimeOf(strapi).directory.endpoints().length > 0) return;
  const topics = service<{ create(input: TopicInput): Promise<{ id: number }> }>(strapi, 'topics');
  const endpoints = service<{ create(input: EndpointInput): Promise<unknown> }>(
    strapi,
    'endpoints'
  );
  const topic = await topics.create({
    name: TOPIC,
    events: ['entry.*'],
    contentTypes: [CONTENT_TYPE],
  });
  await endpoints.create({
    name: RECEIVER,
    url: plan.receiverUrl,
    topicIds: [topic.id],
    retryPolicy: { kind: 'list', delaysMs: RETRY_DELAYS_MS },
  });
}

async function createNativeWebhook(strapi: Core.Strapi, url: string): Promise<void> {
  const store = strapi.get<WebhookStore>('webhookStore');
  if ((await store.findWebhooks()).length > 0) return;
  const runner = strapi.get<{ add(webhook: unknown): void }>('webhookRunner');
  const events = ['entry.create'];
  runner.add(await store.createWebhook({ name: TOPIC, url, headers: {}, events, isEnabled: true }));
}

/** The dispatcher is at work meanwhile; the judge bounds the wait. */
export async function untilBacklogIsEmpty(strapi: Core.Strapi): Promise<void> {
  while (!(await backlogIsEmpty(strapi).catch(() => false))) await pause(BACKLOG_POLL_MS);
}

const pause = (ms: number): Promise<void> => new Promise((passed) => setTimeout(passed, ms));

/** Nothing is waiting, being sent, or left of a job. */
async function backlogIsEmpty(strapi: Core.Strapi): Promise<boolean> {
  const { store } = runtimeOf(strapi);
  const jobs = await store.listJobs(COUNTED_UP_TO);
  if (jobs.some((job) => job.state === 'running')) return false;
  const { pending, active } = await store.countByState(COUNTED_UP_TO);
  return pending + active === 0;
}

/** Brings about what the work begins with: finished messages of long ago, or dead letters. */
export async function prepare(strapi: Core.Strapi, plan: Plan, tell: Tell): Promise<void> {
  await subscribeHostileEndpoints(strapi, plan);
  switch (plan.work) {
    case 'purge':
      return ageFinishedMessages(strapi);
    case 'replay':
      return makeDeadLetters(strapi, plan, tell);
    case 'changes':
    case 'nothing':
      return;
  }
}

export async function work(strapi: Core.Strapi, plan: Plan, control: Control): Promise<void> {
  switch (plan.work) {
    case 'changes':
      return makeChanges(strapi, plan, control);
    case 'purge':
      return changeAndPurge(strapi, plan, control);
    case 'replay':
      return replayAll(strapi);
    case 'nothing':
      return;
  }
}

async function makeChanges(strapi: Core.Strapi, plan: Plan, control: Control): Promise<void> {
  let made = 0;
  const writer = async (): Promise<void> => {
    while (made < MAX_CHANGES && !control.halt.aborted) {
      await nextTurn(); // as a request would: SQLite answers without one, and sockets would starve
      made += 1;
      const n = plan.replica * TITLES_PER_REPLICA + made;
      if (made % ROLLBACK_ONE_IN === 0) await rollBack(strapi, plan, n, control.tell);
      else await commit(strapi, plan, n, control.tell);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

/** Retention among changes, not before them. */
async function changeAndPurge(strapi: Core.Strapi, plan: Plan, control: Control): Promise<void> {
  let purging: Promise<unknown> | undefined;
  const tell: Tell = (line) => {
    control.tell(line);
    purging ??= runtimeOf(strapi).maintenance.purge();
  };
  await makeChanges(strapi, plan, { ...control, tell });
  await purging;
}

const create = (strapi: Core.Strapi, name: string): Promise<unknown> =>
  strapi.documents(CONTENT_TYPE as never).create({ data: { name } as never });

/** One entry, or now and then two in a transaction of the host's own, which asks what became of its commit. */
async function commit(strapi: Core.Strapi, plan: Plan, n: number, tell: Tell): Promise<void> {
  const first = titleOf(plan.round, 'change', n);
  const second = titleOf(plan.round, 'change', n + MAX_CHANGES);
  const titles = n % SEVERAL_ONE_IN === 0 ? [first, second] : [first];
  try {
    if (titles.length === 1) await create(strapi, first);
    else {
      await confirmedTransaction(strapi.db, async () => {
        await create(strapi, first);
        await create(strapi, second);
      });
    }
  } catch (error) {
    if (!plan.tolerant) throw error;
    tell({ kind: 'in-doubt', titles });
    return pause(BREATH_MS);
  }
  tell({ kind: 'acknowledged', titles });
}

class OnPurpose extends Error {}

async function rollBack(strapi: Core.Strapi, plan: Plan, n: number, tell: Tell): Promise<void> {
  const title = titleOf(plan.round, 'rollback', n);
  try {
    await strapi.db.transaction(async () => {
      await create(strapi, title);
      throw new OnPurpose();
    });
  } catch (error) {
    if (error instanceof OnPurpose) tell({ kind: 'rolled-back', title });
    else if (!plan.tolerant) throw error;
  }
}

/** As if a month had passed: retention counts from the row, and this is a row a month later. */
async function ageFinishedMessages(strapi: Core.Strapi): Promise<void> {
  await strapi.db
    .connection('gw_messages')
    .whereNotNull('finished_at')
    .update({
      enqueued_at: Date.now() - RETENTION_DAYS * DAY_MS,
      finished_at: Date.now() - RETENTION_DAYS * DAY_MS,
    });
  await strapi.db
    .connection('gw_undelivered')
    .update({ ended_at: Date.now() - RETENTION_DAYS * DAY_MS });
}

/** The judge has the receiver refuse them for good. Published in one transaction, so that it is quick. */
async function makeDeadLetters(strapi: Core.Strapi, { round }: Plan, tell: Tell): Promise<void> {
  const publisher = service<{ publish(input: PublishInput): Promise<unknown> }>(
    strapi,
    'publisher'
  );
  const titles = Array.from({ length: REPLAYED }, (_, n) => titleOf(round, 'publish', n));
  await strapi.db.transaction(async () => {
    for (const title of titles) {
      await publisher.publish({ topic: TOPIC, payload: { title } });
    }
  });
  tell({ kind: 'acknowledged', titles });
  await untilBacklogIsEmpty(strapi);
}

async function replayAll(strapi: Core.Strapi): Promise<void> {
  const { store, maintenance, clock } = runtimeOf(strapi);
  const filter = { state: ['dead' as const] };
  await store.createJob({
    kind: 'replay',
    filter,
    upTo: await store.maxMessageId(),
    total: await store.countMatching(filter),
    now: clock.now(),
  });
  await maintenance.stepJobs();
}
