/**
 * The endpoints that nobody wants: subscribed for a round beside the receiver that counts, removed at
 * the beginning of the next life, with what still waits for them.
 */
import type { Core } from '@strapi/strapi';

import type { EndpointInput } from '../../server/src/panel/contract';
import type { Runtime } from '../../server/src/runtime/runtime';
import type { Plan } from './protocol';

const NAME = 'hostile';
/** Some of them never answer, and the machine is busy with the others meanwhile. */
const TIMEOUT_MS = 300;

interface Endpoints {
  create(input: EndpointInput): Promise<unknown>;
  remove(id: number, cancelPending: boolean): Promise<unknown>;
}

interface WebhookStore {
  createWebhook(webhook: object): Promise<unknown>;
}

const service = <T>(strapi: Core.Strapi, name: string): T =>
  strapi.plugin('guaranteed-webhooks').service(name) as T;

export async function subscribeHostileEndpoints(
  strapi: Core.Strapi,
  { system, hostileUrls }: Plan
): Promise<void> {
  for (const [index, url] of hostileUrls.entries()) {
    const name = `${NAME} ${index}`;
    if (system === 'native') await addNativeWebhook(strapi, name, url);
    else await addEndpoint(strapi, name, url);
  }
}

async function addEndpoint(strapi: Core.Strapi, name: string, url: string): Promise<void> {
  const topicIds = service<Runtime>(strapi, 'runtime')
    .directory.topics()
    .map(({ id }) => id);
  const retryPolicy = { kind: 'list' as const, delaysMs: [100] };
  const input = { name, url, topicIds, retryPolicy, timeoutMs: TIMEOUT_MS };
  await service<Endpoints>(strapi, 'endpoints').create(input);
}

/** In this process alone: the next life does not know it. */
async function addNativeWebhook(strapi: Core.Strapi, name: string, url: string): Promise<void> {
  const runner = strapi.get<{ add(webhook: unknown): void }>('webhookRunner');
  const store = strapi.get<WebhookStore>('webhookStore');
  const events = ['entry.create'];
  const webhook = { name, url, headers: {}, events, isEnabled: false };
  const stored = await store.createWebhook(webhook);
  runner.add({ ...(stored as object), isEnabled: true });
}

export async function removeHostileEndpoints(strapi: Core.Strapi): Promise<void> {
  for (const { id, name } of service<Runtime>(strapi, 'runtime').directory.endpoints()) {
    if (name.startsWith(NAME)) await service<Endpoints>(strapi, 'endpoints').remove(id, true);
  }
}
