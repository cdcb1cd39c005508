/** What recurs: on time, once for all nodes, across restarts. On a real Strapi, by a clock of ours. */
import { createSchedules, type SchedulesService } from '../../server/src/api/schedules';
import {
  createSigningKeys,
  type SigningKeysService,
} from '../../server/src/panel/services/signing-keys';
import type { TopicsService } from '../../server/src/api/topics';
import { bootEngine, type Engine, type Node } from '../support/engine';
import { connectAgain } from '../support/second-connection';
import { describeEachDatabase } from '../support/strapi';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const EACH_MINUTE = '* * * * *';

describeEachDatabase('schedules', (database) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await bootEngine(database);
  }, 120_000);
  afterEach(() => engine.reset());
  afterAll(() => engine.close());

  const schedulesOf = (node: Node): SchedulesService =>
    createSchedules(engine.app.strapi, () => node);
  const schedules = (): SchedulesService => schedulesOf(engine.node);
  const url = (path: string): string => engine.receiver.url + path;
  const sent = (): number => engine.receiver.requests.length;
  const create = (more: object = {}, publish: object = {}) =>
    schedules().create({
      cron: EACH_MINUTE,
      publish: { url: url('/tick'), payload: { n: 1 }, ...publish },
      ...more,
    });
  /** As each second does on a running node. */
  async function second(node: Node = engine.node): Promise<number> {
    const fired = await schedulesOf(node).runDue(node);
    await node.tick();
    return fired;
  }
  /** To the next full minute. */
  const toNextMinute = (): void =>
    engine.clock.advance(MINUTE_MS - (engine.clock.now() % MINUTE_MS));

  it('publish once at each run, and record it', async () => {
    const { scheduleId } = await create();
    expect(scheduleId).toMatch(/^scd_/);
    expect(await second()).toBe(0);
    toNextMinute();
    const at = engine.clock.now();
    expect(await second()).toBe(1);
    expect(await second()).toBe(0);
    expect(sent()).toBe(1);
    expect(engine.receiver.requests[0]!.body.toString()).toBe('{"n":1}');
    const view = await schedules().get(scheduleId);
    expect(view).toMatchObject({ lastAt: at, nextAt: at + MINUTE_MS, lastError: null });
    const message = await engine.detail(view!.lastMessageIds[0]!);
    expect(message).toMatchObject({ scheduleId, state: 'delivered' });
    expect(message.cause.source).toBe('schedule');
    engine.clock.advance(MINUTE_MS);
    await second();
    expect(sent()).toBe(2);
  });

  it('fire once across replicas that look at the same moment', async () => {
    const connection = connectAgain(engine.app.strapi);
    try {
      const other = await engine.addNode(connection.strapi);
      await create();
      for (let tick = 1; tick <= 5; tick += 1) {
        toNextMinute();
        const fired = await Promise.all([
          schedulesOf(engine.node).runDue(engine.node),
          createSchedules(connection.strapi, () => other).runDue(other),
          schedulesOf(engine.node).runDue(engine.node),
        ]);
        expect(fired.reduce((sum, count) => sum + count, 0)).toBe(1);
        await engine.node.tick();
        expect(sent()).toBe(tick);
      }
      await other.stop();
    } finally {
      await connection.close();
    }
  });

  it('run once for what was missed during a restart, then on time again', async () => {
    const { scheduleId } = await create();
    await engine.node.stop();
    engine.clock.advance(3 * HOUR_MS);
    const restarted = await engine.addNode();
    expect(await second(restarted)).toBe(1);
    expect(await second(restarted)).toBe(0);
    expect(sent()).toBe(1);
    const { nextAt } = (await schedulesOf(restarted).get(scheduleId))!;
    expect(nextAt).toBeGreaterThan(engine.clock.now());
    expect(nextAt! - engine.clock.now()).toBeLessThanOrEqual(MINUTE_MS);
    await restarted.stop();
  });

  it('do not lose a run whose transaction was rolled back', async () => {
    await create();
    toNextMinute();
    // The database refuses the messages, as if it went away in the middle.
    const { store } = engine.node;
    const insert = engine.node.recorder.deliver;
    engine.node.recorder.deliver = () => Promise.reject(new Error('the database is gone'));
    await expect(schedules().runDue(engine.node)).rejects.toThrow('the database is gone');
    engine.node.recorder.deliver = insert;
    expect(await store.maxMessageId()).toBe(0);
    expect(await second()).toBe(1);
    expect(sent()).toBe(1);
  });

  it('run although another one in the same second fails', async () => {
    const { scheduleId } = await create();
    await create({}, { url: url('/other') });
    toNextMinute();
    const { recorder } = engine.node;
    const deliver = recorder.deliver;
    recorder.deliver = (deliveries) =>
      deliveries.some(({ messages }) => messages.some((one) => one.scheduleId === scheduleId))
        ? Promise.reject(new TypeError('no good'))
        : deliver(deliveries);
    await expect(schedules().runDue(engine.node)).rejects.toThrow(scheduleId);
    recorder.deliver = deliver;
    await engine.node.tick();
    expect(engine.receiver.requests.map(({ path }) => path)).toEqual(['/other']);
    expect(await second()).toBe(1);
  });

  it('skip their runs while paused, and continue with the next', async () => {
    const { scheduleId } = await create();
    expect(await schedules().pause(scheduleId)).toMatchObject({ paused: true, nextAt: null });
    engine.clock.advance(HOUR_MS);
    expect(await second()).toBe(0);
    const resumed = await schedules().resume(scheduleId);
    expect(resumed.paused).toBe(false);
    expect(resumed.nextAt).toBeGreaterThan(engine.clock.now());
    expect(await second()).toBe(0);
    toNextMinute();
    expect(await second()).toBe(1);
    expect(sent()).toBe(1);
  });

  it('are replaced as a whole by their id', async () => {
    await create({ scheduleId: 'mine' }, { headers: { 'x-old': '1' } });
    await schedules().pause('mine');
    await create({ scheduleId: 'mine', cron: '0 9 * * *', timezone: 'Asia/Tokyo' });
    const [only, ...more] = await schedules().list();
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      scheduleId: 'mine',
      cron: '0 9 * * *',
      timezone: 'Asia/Tokyo',
      destination: url('/tick'),
      paused: false,
    });
    expect(only!.publish.headers).toBeUndefined();
    expect(new Date(only!.nextAt!).getUTCHours()).toBe(0);
  });

  it('end when they are removed', async () => {
    const { scheduleId } = await create();
    expect(await schedules().remove(scheduleId)).toBe(true);
    expect(await schedules().remove(scheduleId)).toBe(false);
    expect(await schedules().get(scheduleId)).toBeNull();
    toNextMinute();
    expect(await second()).toBe(0);
    await expect(schedules().pause(scheduleId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('record why a run could not publish, and continue with the next', async () => {
    const topics = engine.service<TopicsService>('topics');
    const topic = await topics.create({
      name: `gone-${database}`,
      events: [],
      contentTypes: null,
    });
    await engine.node.directory.refresh();
    const { scheduleId } = await create({}, { url: undefined, topic: topic.name });
    await topics.remove(topic.id);
    await engine.node.directory.refresh();
    toNextMinute();
    expect(await second()).toBe(1);
    const view = await schedules().get(scheduleId);
    expect(view!.lastError).toContain('there is no topic');
    expect(view!.nextAt).toBe(engine.clock.now() + MINUTE_MS);
    expect(await second()).toBe(0);
  });

  it('keep bytes, queue, limits and callbacks of what they publish; show it redacted', async () => {
    const { scheduleId } = await create(
      {},
      {
        payload: Buffer.from([0, 1, 2, 255]),
        contentType: 'application/octet-stream',
        headers: { 'x-patient': 'Ada Lovelace' },
        queue: 'q',
        redact: { body: true, headers: true },
        callbacks: { success: { url: url('/done') } },
      }
    );
    const text = JSON.stringify(await schedules().get(scheduleId));
    expect(text).not.toContain('Ada Lovelace');
    expect(text).not.toContain(Buffer.from([0, 1, 2, 255]).toString('base64'));
    expect(text.match(/REDACTED:[0-9a-f]{64}/g)).toHaveLength(2);
    const stored = await engine.app.strapi.db
      .query('plugin::guaranteed-webhooks.schedule')
      .findMany({});
    if (engine.node.crypt.available) expect(JSON.stringify(stored)).not.toContain('Ada Lovelace');
    toNextMinute();
    await second();
    const [tick] = engine.to('/tick');
    expect([...tick!.body]).toEqual([0, 1, 2, 255]);
    expect(tick!.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-patient': 'Ada Lovelace',
    });
    const callback = JSON.parse(engine.to('/done')[0]!.body.toString()) as { scheduleId: string };
    expect(callback.scheduleId).toBe(scheduleId);
  });

  it.each([
    ['a cron that is none', { cron: '61 * * * *' }, {}, 'cron'],
    ['six fields', { cron: '* * * * * *' }, {}, 'cron'],
    ['an unknown time zone', { timezone: 'Mars/Olympus' }, {}, 'timezone'],
    ['an id with a slash', { scheduleId: 'a/b' }, {}, 'scheduleId'],
    ['an instant of its own', {}, { notBefore: 5 }, 'publish.notBefore'],
    ['a private address', {}, { url: 'http://10.0.0.1/' }, 'url'],
    ['an unknown topic', {}, { url: undefined, topic: 'nowhere' }, 'topic'],
  ])('with %s are refused, and nothing is written', async (_what, more, publish, field) => {
    await expect(create(more, publish)).rejects.toMatchObject({ field });
    expect(await schedules().list()).toEqual([]);
  });

  describe('signing keys', () => {
    it('rotate: the next key becomes current, a new one next, and the old pair still verifies', async () => {
      const keys: SigningKeysService = createSigningKeys(() => engine.node);
      const before = keys.get();
      const { urlSecret } = keys.shown(true);
      const after = await keys.rotate();
      expect(after.current).toBe(before.next);
      expect(after.next).toMatch(/^sig_/);
      expect([before.current, before.next]).not.toContain(after.next);
      expect(keys.get()).toEqual(after);
      expect(keys.shown(true).urlSecret).toBe(urlSecret);
    });

    it('are seen by other nodes within a second, and two rotations at once both count', async () => {
      const other = await engine.addNode();
      const [mine, theirs] = [createSigningKeys(() => engine.node), createSigningKeys(() => other)];
      const before = mine.get();
      await mine.rotate();
      expect(theirs.get()).toEqual(before);
      await other.everySecond();
      expect(theirs.get()).toEqual(mine.get());

      const start = mine.get();
      await Promise.all([mine.rotate(), theirs.rotate()]);
      await Promise.all([engine.node.everySecond(), other.everySecond()]);
      expect(mine.get()).toEqual(theirs.get());
      // Two steps on: neither is one of the pair we began with.
      expect([start.current, start.next]).not.toContain(mine.get().current);
      await other.stop();
    });
  });
});
