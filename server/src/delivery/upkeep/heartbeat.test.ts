/** Time is jest's: no test waits. */
import { createHeartbeat } from './heartbeat';

const SECOND_MS = 1_000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('beats once a second until it is stopped', async () => {
  const beat = jest.fn(() => Promise.resolve());
  const heartbeat = createHeartbeat();
  heartbeat.start(beat);
  await jest.advanceTimersByTimeAsync(3 * SECOND_MS);
  expect(beat).toHaveBeenCalledTimes(3);
  await heartbeat.stop();
  await jest.advanceTimersByTimeAsync(3 * SECOND_MS);
  expect(beat).toHaveBeenCalledTimes(3);
});

it('goes on when the machine’s clock is set back by an hour', async () => {
  const beat = jest.fn(() => Promise.resolve());
  const heartbeat = createHeartbeat();
  heartbeat.start(beat);
  await jest.advanceTimersByTimeAsync(SECOND_MS);
  jest.setSystemTime(Date.now() - 3_600_000);
  await jest.advanceTimersByTimeAsync(2 * SECOND_MS);
  expect(beat).toHaveBeenCalledTimes(3);
  await heartbeat.stop();
});

it('stops when the beats that have begun are done, and not before', async () => {
  let finish = (): void => undefined;
  const work = new Promise<void>((resolve) => (finish = resolve));
  const heartbeat = createHeartbeat();
  heartbeat.start(() => work);
  await jest.advanceTimersByTimeAsync(2 * SECOND_MS);
  let stopped = false;
  const stopping = heartbeat.stop().then(() => {
    stopped = true;
  });
  await jest.advanceTimersByTimeAsync(SECOND_MS);
  expect(stopped).toBe(false);
  finish();
  await stopping;
});
