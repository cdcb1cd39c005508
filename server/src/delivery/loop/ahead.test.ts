import {
  OK,
  createWorld,
  gate,
  message,
  quiet,
  responded,
  turnsUntil,
} from '../../../../test/support/dispatcher-world';
import type { ClaimedMessage, Outcome } from '../../core/message/message';

const LEASE_MS = 60_000;

const messages = (count: number, lane: (id: number) => string = () => 'e:1'): ClaimedMessage[] =>
  Array.from({ length: count }, (_, n) => message({ id: n + 1, lane: lane(n + 1) }));

/**
 * Four slots, of which three ended while the second claim was under way: the third claim has been
 * made, eight ahead of the slots, and what is sent from then on hangs until `answers` is opened.
 */
async function claimedAhead() {
  const world = createWorld({ slots: 4, leaseMs: LEASE_MS });
  const { dispatcher, due, how, claims, sent } = world;
  const [one, three, answers] = [gate<Outcome>(), gate<Outcome>(), gate<Outcome>()];
  const second = gate();
  how.send = ({ id }) => {
    if (id === 1) return one.promise;
    return id <= 4 ? three.promise : answers.promise;
  };
  how.beforeClaim = () => (claims.length === 2 ? second.promise : undefined);
  due.push(...messages(40));
  dispatcher.wake();
  await turnsUntil(() => sent.length === 4);
  one.open(OK);
  await turnsUntil(() => claims.length === 2);
  three.open(OK);
  await quiet();
  second.open();
  await quiet();
  return { ...world, answers };
}

it('claims twice as many ahead as ended since the last claim, and begins them as others end', async () => {
  const { dispatcher, claims, answers, sent, idsSettled } = await claimedAhead();
  expect(claims.map(({ limit }) => limit)).toEqual([4, 1, 11]);
  expect(dispatcher.stats().inFlight).toBe(4);
  expect(sent).toHaveLength(8);
  answers.open(OK);
  await dispatcher.idle();
  expect(idsSettled()).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
});

it('leases each for as much longer as it may have to wait', async () => {
  const { claims } = await claimedAhead();
  expect(claims.map(({ leaseMs }) => leaseMs)).toEqual(claims.map(() => LEASE_MS + 1_000));
});

it('claims nothing ahead of a lane in which nothing ends', async () => {
  const { dispatcher, due, how, limits, claims, sent } = createWorld({ slots: 8 });
  const [dead, claiming] = [gate<Outcome>(), gate()];
  limits.default = 2;
  how.send = ({ lane }) => (lane === 'e:0' ? dead.promise : OK);
  how.beforeClaim = () => (claims.length === 2 ? claiming.promise : undefined);
  due.push(...messages(80, (id) => `e:${id % 4}`));
  dispatcher.wake();
  await turnsUntil(() => claims.length === 2);
  await quiet();
  claiming.open();
  await quiet();
  expect(sent.filter(({ lane }) => lane === 'e:0')).toHaveLength(2);
  expect(due.filter(({ lane }) => lane === 'e:0')).toHaveLength(18);
  expect(due).toHaveLength(18);
  dead.open(OK);
  await dispatcher.idle();
});

it('sends no more of a lane at once than its limit, however many were claimed', async () => {
  const { dispatcher, due, how, limits, claims, sent } = createWorld({ slots: 8 });
  const claiming = gate();
  const answers: (() => void)[] = [];
  let [now, most] = [0, 0];
  limits.default = 2;
  how.send = async () => {
    now += 1;
    most = Math.max(most, now);
    const answered = gate();
    answers.push(answered.open);
    await answered.promise;
    now -= 1;
    return OK;
  };
  how.beforeClaim = () => (claims.length === 2 ? claiming.promise : undefined);
  due.push(...messages(20));
  dispatcher.wake();
  for (let answered = 0; answered < 20; answered += 1) {
    await turnsUntil(() => answers.length > 0);
    answers.shift()?.();
    await quiet();
    if (answered === 1) claiming.open();
  }
  await dispatcher.idle();
  expect(Math.max(...claims.map(({ limit }) => limit))).toBeGreaterThan(2);
  expect(sent).toHaveLength(20);
  expect(most).toBe(2);
});

describe('hands back what waits for a slot', () => {
  it('at once when it is stopped', async () => {
    const { dispatcher, answers, released } = await claimedAhead();
    const stop = dispatcher.stop(new AbortController().signal);
    await quiet();
    expect(released.map(({ id }) => id)).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
    answers.open(OK);
    await stop;
  });

  it('after a second, and claims nothing ahead while nothing moves', async () => {
    const { dispatcher, clock, claims, answers, released } = await claimedAhead();
    clock.advance(1_000);
    dispatcher.wake();
    await quiet();
    expect(released).toEqual([]);
    clock.advance(1);
    dispatcher.wake();
    await quiet();
    expect(released.map(({ id }) => id)).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
    expect(claims).toHaveLength(3);
    answers.open(OK);
    await dispatcher.idle();
  });

  it('rather than to send it, when its turn comes too late', async () => {
    const { dispatcher, clock, answers, idsSent, released } = await claimedAhead();
    clock.advance(1_001);
    answers.open(OK);
    await dispatcher.idle();
    expect(released.map(({ id }) => id)).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
    expect(idsSent().filter((id) => id === 9)).toHaveLength(1); // of a later claim
  });

  it('rather than to send it, when the claim took longer than its lease', async () => {
    const world = createWorld({ slots: 4, leaseMs: LEASE_MS });
    const { dispatcher, clock, claims, due, how, idsSent, released } = world;
    how.beforeClaim = () => {
      if (claims.length === 1) clock.advance(LEASE_MS + 1_000);
    };
    due.push(...messages(2));
    dispatcher.wake();
    await quiet();
    expect(released.map(({ id }) => id)).toEqual([1, 2]);
    await dispatcher.tick();
    expect(idsSent()).toEqual([1, 2]);
  });

  it('when its endpoint is gone', async () => {
    const { answers, idsSent, released } = await claimedAhead();
    answers.open(responded(410));
    await quiet();
    expect(released.map(({ id }) => id)).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
    expect(idsSent()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('when there is no way out', async () => {
    const { dispatcher, how, answers, released } = await claimedAhead();
    how.problem = () => 'the proxy does not answer';
    answers.open(OK);
    await quiet();
    expect(released.map(({ id }) => id)).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
    how.problem = () => null;
    await dispatcher.tick();
  });
});
