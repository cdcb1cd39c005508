import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { OutgoingRequest } from '../../core/message/request';
import { createUrlPolicy } from '../../core/safety/url-safety';
import { createDial, createFindAddresses } from '../http/addresses';
import { createSender } from '../http/sender';
import { createBrokers } from './brokers';
import type { LoadPackage } from './driver';

const policy = createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } });
const brokersWith = (load: LoadPackage) =>
  createBrokers({
    load,
    findAddresses: createFindAddresses(policy),
    dial: createDial(policy),
    sender: createSender({ urlPolicy: policy, maxResponseBytes: 0 }),
    now: Date.now,
  });

const request: OutgoingRequest = {
  url: 'nats://127.0.0.1/articles',
  method: 'POST',
  headers: { 'webhook-id': 'msg_1' },
  body: Buffer.from('{}'),
  timeoutMs: 1_000,
  broker: { endpointId: 1, login: null },
};

it('names the packages of a client that is not installed', async () => {
  const brokers = brokersWith(createRequire(join(tmpdir(), 'package.json')));
  const missing =
    'needs packages that are not installed: npm install @nats-io/transport-node @nats-io/jetstream';
  expect(brokers.problem(request.url)).toBe(missing);
  expect(await brokers.send(request, new AbortController().signal)).toEqual({
    kind: 'blocked',
    error: `the endpoint ${missing}`,
  });
});

it('connects to no address that the policy refuses', async () => {
  const brokers = brokersWith(createRequire(__filename));
  for (const host of ['127.0.0.1', 'localhost']) {
    expect(
      await brokers.send(
        { ...request, url: `nats://${host}/articles` },
        new AbortController().signal
      )
    ).toMatchObject({
      kind: 'blocked',
      error: expect.stringContaining('is a loopback address') as string,
    });
  }
  await brokers.close();
});

it('sends nothing when delivery has stopped', async () => {
  const brokers = brokersWith(createRequire(__filename));
  expect(await brokers.send(request, AbortSignal.abort())).toBe('aborted');
});
