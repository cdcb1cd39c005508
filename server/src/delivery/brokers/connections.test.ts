import { createConnections } from './connections';
import type { Connection } from './driver';

function setUp() {
  const connections = createConnections();
  const closed: string[] = [];
  const closers = new Map<string, () => void>();
  const use = (endpointId: number, settings: string) =>
    connections.use(endpointId, settings, (onClosed) => {
      closers.set(settings, onClosed);
      return Promise.resolve<Connection>({
        publish: () => Promise.resolve({}),
        close: () => Promise.resolve(closed.push(settings)),
      });
    });
  return { connections, closed, closers, use };
}

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

it('is shared by the messages of an endpoint, and by no other', async () => {
  const { use } = setUp();
  const [one, two, other] = [use(1, 'a'), use(1, 'a'), use(2, 'a')];
  expect(await two.connection).toBe(await one.connection);
  expect(await other.connection).not.toBe(await one.connection);
});

it('is closed after its last message when the endpoint has other settings', async () => {
  const { use, closed } = setUp();
  const old = use(1, 'a');
  use(1, 'b').end(false);
  await settled();
  expect(closed).toEqual([]);
  old.end(false);
  await settled();
  expect(closed).toEqual(['a']);
});

it('is closed when a message was not confirmed in time, unless a later one was', async () => {
  const { use, closed } = setUp();
  const [slow, quick] = [use(1, 'a'), use(1, 'a')];
  quick.confirm();
  quick.end(false);
  slow.end(true);
  await settled();
  expect(closed).toEqual([]);
  use(1, 'a').end(true);
  await settled();
  expect(closed).toEqual(['a']);
});

it('is opened again when it was closed, and when it could not be opened', async () => {
  const { connections, use, closers } = setUp();
  const first = await use(1, 'a').connection;
  closers.get('a')?.();
  expect(await use(1, 'a').connection).not.toBe(first);

  const failing = connections.use(3, 'c', () => Promise.reject(new Error('refused')));
  await expect(failing.connection).rejects.toThrow('refused');
  await settled();
  expect(await use(3, 'c').connection).toBeDefined();
});

it('closes all of them in the end', async () => {
  const { connections, use, closed } = setUp();
  use(1, 'a');
  use(2, 'b').end(false);
  await connections.close();
  expect(closed.sort()).toEqual(['a', 'b']);
});
