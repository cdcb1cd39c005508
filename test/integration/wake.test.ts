/** When committed messages wake the delivery loop: on a real Strapi, with simulated time. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  createDispatcherHandle,
  type DispatcherHandle,
} from '../../server/src/delivery/upkeep/dispatcher';
import { createAgenda } from '../../server/src/delivery/upkeep/agenda';
import { bootStrapi, type BootedStrapi } from '../support/strapi';

const GATHERED_WITHIN_MS = 250;

describe('writes', () => {
  let app: BootedStrapi;
  let handle: DispatcherHandle;
  let wakes = 0;
  let catchingUp: Promise<void> | undefined;

  beforeAll(async () => {
    app = await bootStrapi({ plugin: { dispatcher: { enabled: false } } });
  }, 120_000);
  const server = createServer();
  afterAll(async () => {
    server.close();
    await app.close();
  });

  beforeEach(() => {
    jest.useFakeTimers();
    wakes = 0;
    handle = createDispatcherHandle({
      strapi: app.strapi,
      dispatcher: {
        wake: () => void (wakes += 1),
        tick: () => Promise.resolve(),
        stop: () => Promise.resolve(),
        isAtRest: () => true,
        stats: () => ({ running: true, inFlight: 0 }),
      },
      agenda: createAgenda({ now: () => Date.now(), idlePollMs: 60_000 }),
      now: () => Date.now(),
      later: (callback, ms) => void setTimeout(callback, ms),
      everySecond: () => ({ run: () => Promise.resolve(0), catchUp: () => catchingUp }),
      earliestDue: () => Promise.resolve(null),
      enabled: true,
      drainMs: 0,
      isOurs: () => true,
      onWake: () => undefined,
    });
  });
  afterEach(async () => {
    jest.useRealTimers();
    await handle.stop();
  });

  it('in code wake it at once, and share the next wake-up when they follow each other', async () => {
    handle.wake();
    expect(wakes).toBe(1);
    for (let write = 0; write < 50; write += 1) handle.wake();
    expect(wakes).toBe(1);
    jest.advanceTimersByTime(GATHERED_WITHIN_MS);
    expect(wakes).toBe(2);
  });

  it('in code wake it after a quiet time when the node has read what others changed', async () => {
    let read = (): void => undefined;
    catchingUp = new Promise((resolve) => (read = resolve));
    handle.wake();
    expect(wakes).toBe(0);
    read();
    await catchingUp;
    expect(wakes).toBe(1);
    catchingUp = undefined;
  });

  it('in one request add one listener, and wake it once, when the response is closed', async () => {
    jest.useRealTimers();
    let added = 0;
    let wakesBefore = -1;
    const closed = new Promise<void>((resolve) => {
      server.once('request', (_, res) => {
        const before = res.listenerCount('close');
        void app.strapi.requestContext.run({ res } as never, async () => {
          for (let write = 0; write < 50; write += 1) handle.wake();
        });
        added = res.listenerCount('close') - before;
        wakesBefore = wakes;
        res.on('close', resolve).end();
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await closed;
    expect({ added, wakesBefore, wakes }).toEqual({ added: 1, wakesBefore: 0, wakes: 1 });
  });

  it('of messages that are due later wake it then, and not before', () => {
    handle.wake(Date.now() + 1_000);
    jest.advanceTimersByTime(1_000);
    expect(wakes).toBe(0);
    jest.advanceTimersByTime(100);
    expect(wakes).toBe(1);
  });

  it('do not wake it after it was stopped', async () => {
    handle.wake();
    handle.wake();
    await handle.stop();
    jest.advanceTimersByTime(GATHERED_WITHIN_MS);
    handle.wake();
    expect(wakes).toBe(1);
  });
});
