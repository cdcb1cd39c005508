/** When committed messages wake the delivery loop: on a real Strapi, with a loop that counts. */
import {
  createDispatcherHandle,
  type DispatcherHandle,
} from '../../server/src/delivery/upkeep/dispatcher';
import { bootStrapi, type BootedStrapi } from '../support/strapi';

describe('writes in code', () => {
  let app: BootedStrapi;
  let handle: DispatcherHandle;
  let wakes = 0;
  let onWake = (): void => undefined;

  beforeAll(async () => {
    app = await bootStrapi({ plugin: { dispatcher: { enabled: false } } });
  }, 120_000);
  afterAll(() => app.close());

  beforeEach(() => {
    wakes = 0;
    handle = createDispatcherHandle({
      strapi: app.strapi,
      dispatcher: {
        wake: () => {
          wakes += 1;
          onWake();
        },
        tick: () => Promise.resolve(),
        stop: () => Promise.resolve(),
        stats: () => ({ running: true, inFlight: 0 }),
      },
      enabled: true,
      drainMs: 0,
      isOurs: () => true,
    });
  });
  afterEach(() => handle.stop());

  it('wake it at once, and share the next wake-up when they follow each other', async () => {
    const second = new Promise<void>((resolve) => {
      onWake = () => {
        if (wakes === 2) resolve();
      };
    });
    handle.wake();
    expect(wakes).toBe(1);
    for (let write = 0; write < 50; write += 1) handle.wake();
    expect(wakes).toBe(1);
    await second;
    expect(wakes).toBe(2);
  });

  it('do not wake it after it was stopped', async () => {
    handle.wake();
    handle.wake();
    await handle.stop();
    handle.wake();
    expect(wakes).toBe(1);
  });
});
