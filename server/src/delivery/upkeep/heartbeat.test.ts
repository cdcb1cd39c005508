/** Strapi's own cron, and a machine whose clock is set. */
import type { Core } from '@strapi/strapi';
import { Cron } from 'croner';

import { createHeartbeat } from './heartbeat';

const HOUR_MS = 3_600_000;

/** As Strapi's: jobs by name, each a `croner`. Time is jest's; the machine's clock is set by hand. */
function createWorld() {
  const jobs = new Map<string, Cron>();
  const lines: string[] = [];
  const log = { debug: jest.fn(), warn: jest.fn(), error: jest.fn(), info: (s: string) => void lines.push(s) }; // prettier-ignore
  let beats = 0;
  let elapsedMs = 0;
  const cron = {
    add: (tasks: Record<string, { task: () => Promise<void>; options: { rule: string } }>) => {
      for (const [name, { task, options }] of Object.entries(tasks)) {
        jobs.set(name, new Cron(options.rule, task));
      }
    },
    remove: (name: string) => jobs.get(name)?.stop(),
  } as unknown as Core.Strapi['cron'];
  const heartbeat = createHeartbeat({
    cron,
    name: 'beat',
    beat: () => Promise.resolve(void (beats += 1)),
    monotonicMs: () => elapsedMs,
    log,
  });
  return {
    heartbeat,
    lines,
    jobs,
    /** @returns beats meanwhile. */
    async after(seconds: number): Promise<number> {
      const before = beats;
      for (let n = 0; n < seconds * 10; n += 1) {
        elapsedMs += 100;
        await jest.advanceTimersByTimeAsync(100);
      }
      return beats - before;
    },
  };
}

let world: ReturnType<typeof createWorld>;

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5) });
  world = createWorld();
  world.heartbeat.start();
});
afterEach(() => {
  world.heartbeat.stop();
  jest.restoreAllMocks();
  jest.useRealTimers();
});

it('beats once a second', async () => {
  expect(await world.after(10)).toBe(10);
  expect(world.lines).toEqual([]);
});

it.each([
  ['back by an hour', -HOUR_MS],
  ['back by five seconds', -5_000],
  ['forward by an hour', HOUR_MS],
])("goes on beating when the machine's clock is set %s", async (_what, jumpMs) => {
  await world.after(3);
  jest.setSystemTime(Date.now() + jumpMs);
  const beats = await world.after(20);
  expect(beats).toBeGreaterThanOrEqual(15);
  expect(beats).toBeLessThanOrEqual(21);
});

it('says that it started cron anew, and tries less and less often where that does not help', async () => {
  world.jobs.get('beat')?.stop();
  jest.spyOn(Cron.prototype, 'schedule' as never).mockImplementation(() => undefined as never);
  await world.after(60);
  expect(world.lines.length).toBeGreaterThan(1);
  expect(world.lines.length).toBeLessThan(6);
  expect(world.lines[0]).toContain('cron was silent');
});

it('is over when it is stopped', async () => {
  expect(await world.after(2)).toBe(2);
  world.heartbeat.stop();
  expect(await world.after(5)).toBe(0);
});
