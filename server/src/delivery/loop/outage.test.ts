/**
 * The database goes away, and comes back: an error is logged once, nothing is taken for "nothing to
 * do", nothing is sent twice that need not be.
 */
import {
  OK,
  createWorld,
  gate,
  message,
  quiet,
  turnsUntil,
} from '../../../../test/support/dispatcher-world';
import type { Outcome } from '../../core/message/message';
import { PATIENCE_MS } from './slots';

const GONE = new Error('connection refused');
const messages = (count: number) =>
  Array.from({ length: count }, (_, index) => message({ id: index + 1 }));

describe('a claim that fails', () => {
  it('is said once, and tried at each tick', async () => {
    const { dispatcher, due, how, claims, textOf, idsSettled } = createWorld();
    how.beforeClaim = () => Promise.reject(GONE);
    due.push(message({ id: 1 }));
    for (let tick = 0; tick < 5; tick += 1) await dispatcher.tick();
    expect(claims).toHaveLength(5);
    expect(textOf('error')).toEqual([expect.stringContaining('connection refused')]);

    how.beforeClaim = () => undefined;
    await dispatcher.tick();
    expect(idsSettled()).toEqual([1]);
    expect(textOf('info')[0]).toBe('claim works again after 5 failures');
  });

  it('does not keep what was claimed before from being settled', async () => {
    const { dispatcher, due, how, claims, idsSettled } = createWorld();
    const sending = gate<Outcome>();
    how.send = () => sending.promise;
    how.beforeClaim = () => (claims.length > 1 ? Promise.reject(GONE) : undefined);
    due.push(message({ id: 1 }));
    dispatcher.wake();
    await turnsUntil(() => dispatcher.stats().inFlight === 1);
    dispatcher.wake();
    await turnsUntil(() => claims.length === 2);
    sending.open(OK);
    await turnsUntil(() => idsSettled().length === 1);
  });
});

describe('a settlement that fails', () => {
  it('is written again as it was, without another send', async () => {
    const { dispatcher, due, how, sent, settled, textOf, clock } = createWorld();
    const seen: unknown[] = [];
    how.beforeSettle = (group) => {
      seen.push(...group);
      if (seen.length < 4) throw GONE;
    };
    due.push(message({ id: 1 }));
    for (let tick = 0; tick < 4; tick += 1) {
      await dispatcher.tick();
      clock.advance(1_000);
    }
    expect(sent).toHaveLength(1);
    expect(settled.flat()).toEqual([seen[0]]);
    expect(new Set(seen).size).toBe(1);
    expect(textOf('error')).toHaveLength(1);
    await dispatcher.idle();
  });

  it('is not tried with each outcome that comes in, but at the next tick', async () => {
    const { dispatcher, due, how, idsSettled } = createWorld();
    const second = gate<Outcome>();
    let tries = 0;
    how.send = ({ id }) => (id === 1 ? OK : second.promise);
    how.beforeSettle = () => {
      tries += 1;
      if (tries === 1) throw GONE;
    };
    due.push(...messages(2));
    dispatcher.wake();
    await turnsUntil(() => tries === 1);
    second.open(OK);
    await quiet();
    expect(tries).toBe(1);
    await dispatcher.tick();
    expect(idsSettled()).toEqual([1, 2]);
  });

  it('is given up when its lease has lapsed, and frees its slot', async () => {
    const { dispatcher, due, how, settled, textOf, clock, idsSettled } = createWorld({ slots: 1 });
    how.beforeSettle = () => Promise.reject(GONE);
    due.push(message({ id: 1 }));
    await dispatcher.tick();
    clock.advance(60_000 + PATIENCE_MS);
    how.beforeSettle = () => undefined;
    due.push(message({ id: 2 }));
    await dispatcher.tick();
    await dispatcher.idle();
    expect(settled).toHaveLength(1);
    expect(idsSettled()).toEqual([2]);
    expect(textOf('warn')).toEqual([expect.stringContaining('1 attempts were never recorded')]);
  });

  it('because of one outcome does not keep the others from being written', async () => {
    const { dispatcher, due, how, settled, idsSettled } = createWorld();
    const first = gate();
    how.beforeSettle = async (group) => {
      if (group.some((one) => one.message.id === 50)) throw new Error('value out of range');
      if (settled.length === 0) await first.promise;
    };
    due.push(...messages(100));
    const tick = dispatcher.tick();
    await quiet();
    first.open();
    await tick;
    expect(idsSettled().length).toBeLessThan(99);
    const enough = Math.ceil(Math.log2(100)) + 1;
    for (let more = 0; more < enough; more += 1) await dispatcher.tick();
    expect(idsSettled()).toHaveLength(99);
    expect(idsSettled()).not.toContain(50);
  });

  it('of old does not hold up what ends now', async () => {
    const { dispatcher, due, how, idsSettled } = createWorld();
    how.beforeSettle = (group) => {
      if (group.some((one) => one.message.id === 1)) throw new Error('value out of range');
    };
    due.push(message({ id: 1 }));
    await dispatcher.tick();
    await dispatcher.tick();
    due.push(message({ id: 2 }));
    await dispatcher.tick();
    due.push(message({ id: 3 }));
    await dispatcher.tick();
    expect(idsSettled()).toEqual([2, 3]);
  });
});

it('a claim that cannot be handed back is left to its lease', async () => {
  const { dispatcher, due, how, textOf } = createWorld();
  how.prepare = () => ({ kind: 'hold' });
  how.beforeRelease = () => Promise.reject(GONE);
  due.push(message({ id: 1 }));
  await dispatcher.tick();
  await dispatcher.idle();
  expect(textOf('error')).toEqual([expect.stringContaining('could not be handed back')]);
});
