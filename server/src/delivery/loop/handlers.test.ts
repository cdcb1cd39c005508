/** Handlers, callbacks and gates, as far as the loop has to do with them. */
import type { Settled } from '../../core/message/message';
import { createWorld, message, OK } from '../../../../test/support/dispatcher-world';

const LOGGED = { url: 'strapi:name', method: 'POST', headers: {} };

function handlerWorld() {
  const world = createWorld();
  world.how.prepare = () => ({
    kind: 'handler',
    name: 'name',
    timeoutMs: 1_000,
    logged: LOGGED,
    retryPolicy: { kind: 'list', delaysMs: [5_000] },
    jitter: 0,
  });
  return world;
}

describe('a message for a handler', () => {
  it('is recorded by the handler’s own transaction, and not settled again', async () => {
    const world = handlerWorld();
    let concluded: Settled | undefined;
    world.how.handle = ({ conclude }) => {
      concluded = conclude(OK);
      return Promise.resolve({ kind: 'recorded', settled: concluded, ours: true });
    };
    world.due.push(message({ id: 1 }));
    await world.dispatcher.tick();
    expect(concluded).toMatchObject({ settlement: { to: 'delivered' } });
    expect(concluded?.attempt.request).toEqual(LOGGED);
    expect(world.sent).toEqual([]);
    expect(world.settled).toEqual([]);
    expect(world.textOf('info').join()).toContain('to=delivered');
  });

  it('is settled as a failure when the handler failed, and retried by its policy', async () => {
    const world = handlerWorld();
    const outcome = { kind: 'unreachable' as const, error: 'handler "name" failed' };
    world.how.handle = () => Promise.resolve({ kind: 'failed', outcome });
    world.due.push(message({ id: 1 }));
    await world.dispatcher.tick();
    expect(world.settled.flat()).toMatchObject([
      {
        attempt: { outcome },
        settlement: { to: 'pending', notBefore: world.clock.now() + 5_000 },
      },
    ]);
  });

  it('says so when the lease was lost, and goes back when the handler was cut off', async () => {
    const world = handlerWorld();
    world.how.handle = ({ conclude }) =>
      Promise.resolve({ kind: 'recorded', settled: conclude(OK), ours: false });
    world.due.push(message({ id: 1 }));
    await world.dispatcher.tick();
    expect(world.textOf('warn').join()).toContain('to=lease-lost');

    const aborted = handlerWorld();
    let calls = 0;
    aborted.how.handle = ({ conclude }) => {
      calls += 1;
      return calls === 1
        ? Promise.resolve({ kind: 'aborted' })
        : Promise.resolve({ kind: 'recorded', settled: conclude(OK), ours: true });
    };
    aborted.due.push(message({ id: 1 }));
    await aborted.dispatcher.tick();
    expect(aborted.released.map(({ id }) => id)).toEqual([1]);
  });
});

describe('callbacks', () => {
  it('go to the store with the settlement, and are claimed without another wake-up', async () => {
    const world = createWorld();
    const made = [{ event: {}, message: {} }] as unknown as NonNullable<Settled['callbacks']>;
    world.how.callbacks = ({ message: { id } }) => (id === 1 ? made : []);
    world.how.beforeSettle = (group) => {
      // As the store does: the callback is there when the settlement is.
      if (group.some((one) => one.callbacks)) world.due.push(message({ id: 2 }));
    };
    world.due.push(message({ id: 1 }));
    await world.dispatcher.tick();
    expect(world.settled.flat()[0]?.callbacks).toBe(made);
    expect(world.idsSent()).toEqual([1, 2]);
  });
});

describe('gates', () => {
  it('are looked at by a tick, not by every wake-up', async () => {
    const world = createWorld();
    world.dispatcher.wake();
    await world.dispatcher.idle();
    expect(world.claims.at(-1)?.gates).toBe(false);
    await world.dispatcher.tick();
    expect(world.claims.some(({ gates }) => gates)).toBe(true);
    const looked = world.claims.filter(({ gates }) => gates).length;
    world.dispatcher.wake();
    await world.dispatcher.idle();
    expect(world.claims.filter(({ gates }) => gates)).toHaveLength(looked);
  });

  it('are looked at by the next claim when the one that should have has failed', async () => {
    const world = createWorld();
    world.how.beforeClaim = () => {
      throw new Error('the database is gone');
    };
    await world.dispatcher.tick();
    world.how.beforeClaim = () => undefined;
    world.dispatcher.wake();
    await world.dispatcher.idle();
    expect(world.claims.at(-1)?.gates).toBe(true);
  });

  it('are asked again as soon as something behind one was answered', async () => {
    const world = createWorld();
    world.how.beforeSettle = (group) => {
      if (group.some(({ message: { id } }) => id === 1)) world.due.push(message({ id: 2 }));
    };
    world.due.push(message({ id: 1, queue: { name: 'q', position: 1 } }));
    await world.dispatcher.tick();
    expect(world.idsSent()).toEqual([1, 2]);
  });
});
