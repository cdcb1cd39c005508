import {
  OK,
  createWorld,
  gate,
  message,
  quiet,
  responded,
  turnsUntil,
} from '../../../../test/support/dispatcher-world';
import { CoreError } from '../../core/errors';
import { NO_RETRIES } from '../../core/retry/backoff';
import type { Outcome } from '../../core/message/message';

const messages = (count: number, overrides: object = {}) =>
  Array.from({ length: count }, (_, index) => message({ id: index + 1, ...overrides }));

describe('what is due', () => {
  it('is claimed with a fresh fence, sent, and settled', async () => {
    const { dispatcher, due, claims, settled, clock, idsSent } = createWorld();
    due.push(message({ id: 7, attempts: 3 }));
    await dispatcher.tick();

    expect(idsSent()).toEqual([7]);
    expect(claims.map(({ limit, now, token }) => ({ limit, now, token }))).toEqual([
      { limit: 100, now: clock.now(), token: 't1' },
    ]);
    expect(settled).toMatchObject([
      [
        {
          message: { id: 7, leaseToken: 't1' },
          attempt: { number: 4, startedAt: clock.now(), durationMs: 0, outcome: OK },
          settlement: { to: 'delivered' },
          settledAt: clock.now(),
        },
      ],
    ]);
  });

  it('is nothing: one claim, and the tick is over', async () => {
    const { dispatcher, claims } = createWorld();
    await dispatcher.tick();
    expect(claims).toHaveLength(1);
    await dispatcher.idle();
  });

  it('leaves the loop at rest when it is settled, and not before', async () => {
    const { dispatcher, due, how } = createWorld();
    expect(dispatcher.isAtRest()).toBe(false); // it has not looked yet
    await dispatcher.tick();
    expect(dispatcher.isAtRest()).toBe(true);

    const answer = gate<Outcome>();
    how.send = () => answer.promise;
    due.push(message({ id: 1 }));
    const ticking = dispatcher.tick();
    await turnsUntil(() => dispatcher.stats().inFlight === 1);
    expect(dispatcher.isAtRest()).toBe(false);

    how.beforeSettle = () => Promise.reject(new Error('no database'));
    answer.open(OK);
    await ticking;
    expect(dispatcher.isAtRest()).toBe(false); // the attempt is still to be recorded

    how.beforeSettle = () => undefined;
    await dispatcher.tick();
    expect(dispatcher.isAtRest()).toBe(true);
  });

  it('keeps the loop from rest while it cannot be claimed', async () => {
    const { dispatcher, how } = createWorld();
    how.beforeClaim = () => Promise.reject(new Error('no database'));
    await dispatcher.tick();
    expect(dispatcher.isAtRest()).toBe(false);
  });

  it('is claimed to the last, however many claims it takes', async () => {
    const { dispatcher, due, idsSettled } = createWorld({ slots: 10 });
    due.push(...messages(1_234));
    await dispatcher.tick();
    expect(new Set(idsSettled()).size).toBe(1_234);
    expect(idsSettled()).toHaveLength(1_234);
  });

  it('records a failed attempt, and logs why it failed and when the next one is due', async () => {
    const { dispatcher, due, settled, clock, how, lines } = createWorld();
    how.send = () => {
      clock.advance(250);
      return { kind: 'timed-out', error: 'no response within 250 ms' };
    };
    due.push(message({ id: 1 }));
    await dispatcher.tick();
    expect(settled[0]?.[0]).toMatchObject({
      attempt: { durationMs: 250, outcome: { kind: 'timed-out' } },
      settlement: { to: 'pending', because: 'retry', retried: 1, notBefore: clock.now() + 60_000 },
    });
    expect(lines).toEqual([
      {
        level: 'info',
        text:
          'attempt message=msg_1 endpoint=1 number=1 outcome=timed-out status=- ms=250 to=pending' +
          ' url=https://example.com/msg_1 error="no response within 250 ms"' +
          ' because=retry next=2026-01-02T03:05:05.250Z',
      },
    ]);
  });
});

describe('wake-ups', () => {
  it('share one loop, and one that comes after the last claim began is not lost', async () => {
    const { dispatcher, due, claims, how, idsSettled } = createWorld();
    const first = gate();
    how.beforeClaim = () => (claims.length === 1 ? first.promise.then(() => []) : undefined);
    const tick = dispatcher.tick();
    await quiet();
    const again = dispatcher.tick();
    dispatcher.wake();
    await quiet();
    expect(claims).toHaveLength(1);

    first.open();
    await Promise.all([tick, again]);
    // The fake store would have thrown had there been two at once.
    expect(claims).toHaveLength(2);

    due.push(message({ id: 1 }));
    dispatcher.wake();
    await dispatcher.idle();
    expect(idsSettled()).toEqual([1]);
  });

  it('do not ask the database again and again while every slot is taken', async () => {
    const { dispatcher, due, claims, how } = createWorld({ slots: 2 });
    const hang = gate<Outcome>();
    how.send = () => hang.promise;
    due.push(...messages(3));
    dispatcher.wake();
    await turnsUntil(() => dispatcher.stats().inFlight === 2);
    for (let i = 0; i < 10; i += 1) dispatcher.wake();
    await quiet();
    expect(claims).toHaveLength(1);
    hang.open(OK);
    await dispatcher.idle();
  });
});

describe('slots', () => {
  it('are refilled without waiting for the slowest of a batch', async () => {
    const { dispatcher, due, how, idsSettled } = createWorld({ slots: 4 });
    const slow = gate<Outcome>();
    how.send = ({ id }) => (id === 1 ? slow.promise : OK);
    due.push(...messages(50));
    const tick = dispatcher.tick();
    await turnsUntil(() => idsSettled().length === 49);
    expect(idsSettled()).not.toContain(1);
    slow.open(OK);
    await tick;
    expect(idsSettled()).toHaveLength(50);
  });

  it('left over by many that hang are still used, fewer than half though they be', async () => {
    const { dispatcher, due, how, idsSettled } = createWorld({ slots: 100 });
    const hang = gate<Outcome>();
    how.send = ({ id }) => (id <= 95 ? hang.promise : OK);
    due.push(...messages(300));
    dispatcher.wake();
    await turnsUntil(() => idsSettled().length === 205);
    hang.open(OK);
    await dispatcher.idle();
  });

  it('are not taken by what waits to be settled, but three times as many are held at most', async () => {
    const { dispatcher, due, how, sent } = createWorld({ slots: 8 });
    const database = gate();
    how.beforeSettle = () => database.promise;
    due.push(...messages(30));
    dispatcher.wake();
    await quiet();
    expect(sent).toHaveLength(24);
    database.open();
    await dispatcher.idle();
    expect(sent).toHaveLength(30);
  });

  it('one dead endpoint among a hundred takes its share and slows nobody else', async () => {
    const { dispatcher, due, how, limits, idsSettled, sent } = createWorld({ slots: 100 });
    const dead = gate<Outcome>();
    const endpoints = 100;
    limits.default = 25;
    how.send = ({ lane }) => (lane === 'e:0' ? dead.promise : OK);
    due.push(...messages(5_000).map((one) => ({ ...one, lane: `e:${one.id % endpoints}` })));
    dispatcher.wake();
    await turnsUntil(() => idsSettled().length === 4_950);

    expect(dispatcher.stats().inFlight).toBe(25);
    expect(sent.filter(({ lane }) => lane === 'e:0')).toHaveLength(25);
    dead.open(OK);
    await dispatcher.idle();
    expect(idsSettled()).toHaveLength(5_000);
  });
});

describe('lanes', () => {
  it('get no more at once than their limit, and the rest as it frees up', async () => {
    const { dispatcher, due, how, limits, claims, idsSettled } = createWorld();
    let most = 0;
    limits.lanes.set('e:1', 3);
    how.send = async () => {
      most = Math.max(most, dispatcher.stats().inFlight);
      await Promise.resolve();
      return OK;
    };
    due.push(...messages(40));
    await dispatcher.tick();
    expect(most).toBe(3);
    expect(idsSettled()).toHaveLength(40);
    expect(claims[0]?.budget.lanes.get('e:1')).toBe(3);
  });

  it('that are held get nothing, and what is in flight is counted against their limit', async () => {
    const { dispatcher, due, how, limits, claims, idsSent } = createWorld();
    const hang = gate<Outcome>();
    how.send = () => hang.promise;
    limits.lanes.set('e:2', 0);
    due.push(message({ id: 1, lane: 'e:1' }), message({ id: 2, lane: 'e:2' }));
    dispatcher.wake();
    await turnsUntil(() => dispatcher.stats().inFlight === 1);
    dispatcher.wake();
    await turnsUntil(() => claims.length === 2);
    expect(claims[1]?.budget.lanes).toEqual(
      new Map([
        ['e:1', 999],
        ['e:2', 0],
      ])
    );
    hang.open(OK);
    await dispatcher.idle();
    expect(idsSent()).toEqual([1]);
  });
});

describe('settling', () => {
  it('gathers what ends while a write is under way', async () => {
    const { dispatcher, due, how, settled } = createWorld();
    const [first, others] = [gate(), gate()];
    how.beforeSettle = () => (settled.length === 0 ? first.promise : undefined);
    how.send = ({ id }) => (id === 1 ? OK : others.promise.then(() => OK));
    due.push(...messages(40));
    const tick = dispatcher.tick();
    await quiet();
    others.open();
    await quiet();
    first.open();
    await tick;
    expect(settled.map((group) => group.length)).toEqual([1, 39]);
  });

  it('waits for the event loop to come round, and takes along what has arrived by then', async () => {
    const { dispatcher, due, settled } = createWorld();
    due.push(...messages(40));
    await dispatcher.tick();
    expect(settled.map((group) => group.length)).toEqual([40]);
  });

  it('says so when the lease was lost', async () => {
    const { dispatcher, due, how, textOf } = createWorld();
    how.stolen.add(2);
    due.push(...messages(2));
    await dispatcher.tick();
    expect(textOf('info')).toEqual([expect.stringMatching(/message=msg_1 .* to=delivered/)]);
    expect(textOf('warn')).toEqual([expect.stringMatching(/message=msg_2 .* to=lease-lost/)]);
  });

  it('claims no more of an endpoint that is gone', async () => {
    const { dispatcher, due, how, idsSent } = createWorld({ slots: 2 });
    how.send = () => responded(410);
    due.push(
      message({ id: 1, endpointId: 11, lane: 'e:11' }),
      message({ id: 2, endpointId: 12, lane: 'e:12' }),
      message({ id: 3, endpointId: 11, lane: 'e:11' })
    );
    await dispatcher.tick();
    expect(idsSent()).toEqual([1, 2]);
  });

  it('looks at held lanes again when a settlement changed an endpoint', async () => {
    const { dispatcher, due, how, idsSent } = createWorld();
    let recovered = false;
    how.prepare = ({ id }) => (id === 2 && !recovered ? { kind: 'hold' } : undefined);
    how.changed = () => (recovered = true);
    const sent = gate<Outcome>();
    how.send = () => sent.promise;
    due.push(message({ id: 1, lane: 'e:1' }), message({ id: 2, lane: 'e:2' }));
    const tick = dispatcher.tick();
    await quiet();
    expect(idsSent()).toEqual([1]);
    sent.open(OK);
    await tick;
    expect(idsSent()).toEqual([1, 2]);
  });
});

describe('what cannot be sent', () => {
  it('goes back uncounted when it is held, and is not taken again at once', async () => {
    const { dispatcher, due, how, released, settled } = createWorld({ slots: 3 });
    let held = 0;
    how.prepare = () => {
      held += 1;
      return held > 50 ? undefined : { kind: 'hold' }; // or the broken loop would never end
    };
    due.push(...messages(3));
    await dispatcher.tick();
    expect(released.map(({ id }) => id).sort()).toEqual([1, 2, 3]);
    expect(settled).toEqual([]);

    how.prepare = () => undefined;
    await dispatcher.tick();
    expect(settled.flat()).toHaveLength(3);
  });

  it('is settled as blocked, with nothing of the URL that could be secret', async () => {
    const { dispatcher, due, how, settled, sent } = createWorld();
    how.prepare = ({ id }) => {
      if (id === 1)
        return {
          kind: 'blocked',
          error: 'its endpoint was deleted',
          retryPolicy: NO_RETRIES,
          jitter: 0,
        };
      throw new CoreError('INVALID_SECRET', 'there is no secret');
    };
    due.push(...messages(2));
    await dispatcher.tick();
    expect(sent).toEqual([]);
    const request = { url: 'https://example.com/hook?token=***', method: 'POST', headers: {} };
    const byId = settled.flat().sort((a, b) => a.message.id - b.message.id);
    expect(byId).toMatchObject([
      {
        attempt: { outcome: { kind: 'blocked', error: 'its endpoint was deleted' }, request },
        settlement: { to: 'dead', because: 'blocked' },
      },
      { attempt: { outcome: { kind: 'blocked', error: 'there is no secret' } } },
    ]);
  });

  it('is left to its lease when it is not the message that is wrong', async () => {
    const { dispatcher, due, how, settled, released, textOf } = createWorld();
    how.prepare = ({ id }) => {
      if (id === 1) throw new Error('connection terminated');
      return undefined;
    };
    due.push(...messages(2));
    await dispatcher.tick();
    expect(settled.flat().map((one) => one.message.id)).toEqual([2]);
    expect(released).toEqual([]);
    expect(textOf('error')).toEqual([expect.stringContaining('connection terminated')]);
  });
});
