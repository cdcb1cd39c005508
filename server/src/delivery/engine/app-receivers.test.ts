import type { Core } from '@strapi/strapi';

import { createReceiversService } from '../../api/receivers';
import { createAppReceivers } from './app-receivers';

const request = {
  url: 'strapi:search',
  method: 'POST',
  headers: {},
  body: Buffer.from('{}'),
  timeoutMs: 1_000,
};

function createSubject(maxResponseBytes = 100) {
  const receivers = createReceiversService();
  const strapi = {} as Core.Strapi;
  return { receivers, ...createAppReceivers({ strapi, receivers, maxResponseBytes }) };
}

it('calls nothing when delivery has stopped', async () => {
  const { receivers, send } = createSubject();
  const receiver = jest.fn();
  receivers.on('search', receiver);
  expect(await send(request, AbortSignal.abort())).toBe('aborted');
  expect(receiver).not.toHaveBeenCalled();
  expect(await send(request, new AbortController().signal)).toMatchObject({ status: 200 });
  expect(receiver).toHaveBeenCalledTimes(1);
});

it('keeps the first bytes of a long response', async () => {
  const { receivers, send } = createSubject(3);
  receivers.on('search', () => new Response('abcdef', { status: 202 }));
  expect(await send(request, new AbortController().signal)).toMatchObject({
    status: 202,
    body: { text: 'abc' },
    bodyTruncated: true,
  });
});
