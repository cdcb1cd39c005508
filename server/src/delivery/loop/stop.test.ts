import {
  OK,
  createWorld,
  gate,
  message,
  quiet,
  turnsUntil,
} from '../../../../test/support/dispatcher-world';
import type { Outcome } from '../../core/message/message';

const inTime = (): AbortSignal => new AbortController().signal;

it('lets what is being sent end, settles it, and claims no more', async () => {
  const { dispatcher, due, how, claims, idsSettled, released } = createWorld({ slots: 1 });
  const sending = gate<Outcome>();
  how.send = () => sending.promise;
  due.push(message({ id: 1 }), message({ id: 2 }));
  dispatcher.wake();
  await turnsUntil(() => dispatcher.stats().inFlight === 1);
  expect(dispatcher.stats().running).toBe(true);

  let isStopped = false;
  const stop = dispatcher.stop(inTime()).then(() => (isStopped = true));
  await quiet();
  expect(isStopped).toBe(false);
  sending.open(OK);
  await stop;

  dispatcher.wake();
  await dispatcher.tick();
  await dispatcher.idle();
  expect(idsSettled()).toEqual([1]);
  expect(released).toEqual([]);
  expect(claims).toHaveLength(1);
  expect(dispatcher.stats()).toEqual({ running: false, inFlight: 0 });
});

it('aborts at the deadline and hands back at once, uncounted', async () => {
  const { dispatcher, due, how, settled, released } = createWorld();
  how.send = ({ id }) => (id === 1 ? OK : gate<Outcome>().promise);
  due.push(...[1, 2, 3].map((id) => message({ id })));
  dispatcher.wake();
  await turnsUntil(() => settled.length === 1);

  const deadline = new AbortController();
  const stop = dispatcher.stop(deadline.signal);
  await quiet();
  expect(released).toEqual([]);
  deadline.abort();
  await stop;
  expect(released.map(({ id }) => id)).toEqual([2, 3]);
  expect(released[0]?.leaseToken).toBe('t1');
  expect(settled.flat()).toHaveLength(1);
});

it('does not wait at all when the deadline has passed', async () => {
  const { dispatcher, due, how, released } = createWorld();
  how.send = () => gate<Outcome>().promise;
  due.push(message({ id: 1 }));
  dispatcher.wake();
  await turnsUntil(() => dispatcher.stats().inFlight === 1);
  await dispatcher.stop(AbortSignal.abort());
  expect(released).toHaveLength(1);
});

it('hands back what a claim brings that was under way', async () => {
  const { dispatcher, due, how, sent, released } = createWorld();
  const claiming = gate();
  how.beforeClaim = () => claiming.promise;
  due.push(message({ id: 1 }));
  dispatcher.wake();
  await quiet();
  const stop = dispatcher.stop(inTime());
  claiming.open();
  await stop;
  expect(sent).toEqual([]);
  expect(released.map(({ id }) => id)).toEqual([1]);
});

it('tries once more to settle what could not be settled, and then lets go', async () => {
  const { dispatcher, due, how, settled } = createWorld();
  let tries = 0;
  how.beforeSettle = () => {
    tries += 1;
    throw new Error('connection refused');
  };
  due.push(message({ id: 1 }));
  await dispatcher.tick();
  expect(tries).toBe(1);
  await dispatcher.stop(inTime());
  expect(tries).toBe(2);
  expect(settled).toEqual([]);
});

it('is over at once when there was nothing to do', async () => {
  const { dispatcher, claims } = createWorld();
  await dispatcher.stop(inTime());
  await dispatcher.tick();
  expect(claims).toEqual([]);
});
