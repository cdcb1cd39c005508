/** Deliveries yield to requests: on a real Strapi that is answering one. */
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { bootEngine, type Engine } from '../support/engine';

const SLOTS = 100;
const MESSAGES = 150;
const PROMPT_MS = 5_000;
const BODY = '{}';

describe('while Strapi has a request to answer', () => {
  let engine: Engine;
  let limits: number[] = [];

  beforeAll(async () => {
    engine = await bootEngine('sqlite', { dispatcher: { enabled: false, slots: SLOTS } });
    const { store } = engine.node;
    const { claim } = store;
    store.claim = (request) => {
      limits.push(request.limit);
      return claim(request);
    };
    const { httpServer } = engine.app.strapi.server;
    httpServer.listen(0, '127.0.0.1');
    await once(httpServer, 'listening');
  }, 120_000);
  afterAll(() => engine.close());

  /** It is not answered before its body is sent. */
  async function createSlowRequest(): Promise<Socket> {
    const { httpServer } = engine.app.strapi.server;
    const { port } = httpServer.address() as AddressInfo;
    const begun = once(httpServer, 'request');
    const socket = connect(port, '127.0.0.1');
    const headers = `Host: localhost\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}`;
    socket.write(`POST /api/articles HTTP/1.1\r\n${headers}\r\n\r\n`);
    await begun;
    return socket;
  }

  async function publish(): Promise<void> {
    await engine.app.strapi.db.transaction(async () => {
      for (let number = 0; number < MESSAGES; number += 1) {
        await engine.node.publisher.publish({
          payload: {},
          url: `${engine.receiver.url}/${number}`,
        });
      }
    });
  }

  it('the loop takes less, and still delivers', async () => {
    await publish();
    const request = await createSlowRequest();
    await engine.node.tick();
    expect(limits[0]).toBeLessThan(SLOTS / 2);
    expect(engine.receiver.requests).toHaveLength(MESSAGES);
    request.end(BODY);
  });

  it('the loop takes all afterwards', async () => {
    const endsAt = performance.now() + PROMPT_MS;
    do await engine.node.tick();
    while (limits.at(-1) !== SLOTS && performance.now() < endsAt);
    await publish();
    limits = [];
    await engine.node.tick();
    expect(limits[0]).toBe(SLOTS);
    expect(engine.receiver.requests).toHaveLength(2 * MESSAGES);
  });

  it('a bulk job lets the process do other work between its steps', async () => {
    const { store, maintenance, clock } = engine.node;
    await store.createJob({
      kind: 'delete',
      filter: { state: ['delivered'] },
      upTo: Number.MAX_SAFE_INTEGER,
      total: 2 * MESSAGES,
      now: clock.now(),
    });
    const { stepJob } = store;
    let steps = 0;
    store.stepJob = (request) => {
      steps += 1;
      return stepJob({ ...request, limit: 10 });
    };
    let turns = 0;
    let turn: NodeJS.Immediate | undefined;
    const count = (): void => {
      turns += 1;
      turn = setImmediate(count);
    };
    turn = setImmediate(count);
    await maintenance.stepJobs();
    clearImmediate(turn);
    // The server of the app takes steps, too.
    expect(steps).toBeGreaterThan(1);
    expect(turns).toBeGreaterThanOrEqual(steps);
  });

  it('a bulk job that is started while the last one ends is not left for later', async () => {
    const { store, maintenance, clock } = engine.node;
    const { stepJob } = store;
    let started: Promise<{ id: number }> | undefined;
    store.stepJob = async (request) => {
      const job = await stepJob(request);
      if (job === null && started === undefined) {
        const filter = { state: ['delivered' as const] };
        const upTo = Number.MAX_SAFE_INTEGER;
        started = store.createJob({ kind: 'delete', filter, upTo, total: 0, now: clock.now() });
        await started;
        void maintenance.stepJobs();
      }
      return job;
    };
    await maintenance.stepJobs();
    const job = await started;
    expect(await store.findJob(job?.id ?? 0)).toMatchObject({ state: 'finished' });
  });
});
