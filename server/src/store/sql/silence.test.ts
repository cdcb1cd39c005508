import { answered, SILENCE_MS } from './silence';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('gives what the database answers, or its error', async () => {
  await expect(answered(Promise.resolve(7))).resolves.toBe(7);
  await expect(answered(Promise.reject(new Error('no such table')))).rejects.toThrow(
    'no such table'
  );
  expect(jest.getTimerCount()).toBe(0);
});

it('waits for a slow answer, and not for ever', async () => {
  const waiting = answered(new Promise(() => undefined));
  const outcome = expect(waiting).rejects.toThrow('the database has not answered for 120 s');
  await jest.advanceTimersByTimeAsync(SILENCE_MS - 1);
  await expect(Promise.race([waiting, Promise.resolve('still waiting')])).resolves.toBe(
    'still waiting'
  );
  await jest.advanceTimersByTimeAsync(1);
  await outcome;
});
