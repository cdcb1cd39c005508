/** A booted, listening Strapi, the official SDK pointed at it, and a receiver that checks signatures with it. */
import { Client, QstashError, Receiver as Verifier } from '@upstash/qstash';

import { PLUGIN_ID } from '../../server/src/plugin-id';
import type { Runtime } from '../../server/src/runtime/runtime';
import { createReceiver, type Received, type Receiver } from '../support/receiver';
import {
  bootStrapi,
  databasesUnderTest,
  type BootedStrapi,
  type BootOptions,
} from '../support/strapi';

/** An address where nothing is, and nothing is called. */
export const ELSEWHERE = 'https://example.com';

/** Of a hook that boots a Strapi, beside others that do, on a machine of two cores. */
const BOOT_MS = 120_000;
jest.setTimeout(BOOT_MS);

export interface QstashFixture {
  app: BootedStrapi;
  runtime: Runtime;
  receiver: Receiver;
  /** With a full-access token. */
  client: Client;
  /** What `QSTASH_URL` is for this Strapi. */
  url: string;
  clientWith(token: string, config?: object): Client;
  /** A plain request; the path begins after `/api/guaranteed-webhooks`. */
  request(path: string, init?: RequestInit & { token?: string | null }): Promise<Response>;
  /** Sends what is due, and waits until nothing is. */
  deliver(): Promise<void>;
  /** The one request that came to this path. */
  arrival(path: string): Promise<Received>;
  /** What the SDK throws, its text parsed. */
  failure(call: Promise<unknown>): Promise<{ status: number | undefined; error: string }>;
  /** Fails unless the request carries what the official `Receiver` accepts, for that very URL. */
  verify(request: Received | undefined, keys?: { current: string; next: string }): Promise<void>;
  /** An API token of a type, or a custom one for the actions named: `v2-messages.findOne`. */
  token(grant: 'read-only' | readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export async function bootQstash(options: BootOptions = {}): Promise<QstashFixture> {
  // SQLite, unless `DB` names another: the SQL behind this API is short, and the whole suite is not.
  const [database] = databasesUnderTest();
  const app = await bootStrapi({ ...(database && { database }), ...options });
  const receiver = await createReceiver();
  const runtime = app.strapi.plugin(PLUGIN_ID).service<Runtime>('runtime');
  const url = `${app.http.origin}/api/${PLUGIN_ID}`;
  const clientWith = (token: string, config: object = {}): Client =>
    new Client({ baseUrl: url, token, devMode: false, retry: false, ...config });
  let made = 0;
  muteSdk();

  return {
    app,
    runtime,
    receiver,
    url,
    client: clientWith(app.http.apiToken),
    clientWith,

    request(path, { token = app.http.apiToken, ...init } = {}) {
      const headers = new Headers(init.headers);
      if (token !== null) headers.set('authorization', `Bearer ${token}`);
      return fetch(url + path, { ...init, headers });
    },

    deliver: () => runtime.dispatcher.tick(),

    async arrival(path) {
      const here = () => receiver.requests.filter((request) => request.path === path);
      await receiver.waitFor(() => here().length > 0);
      await runtime.dispatcher.tick();
      const [first, ...more] = here();
      if (first === undefined || more.length > 0) {
        throw new Error(`${path} was called ${here().length} times`);
      }
      return first;
    },

    async failure(call) {
      const error: unknown = await call.then(
        () => new Error('it was accepted'),
        (reason: unknown) => reason
      );
      if (!(error instanceof QstashError)) throw error;
      return { status: error.status, ...(JSON.parse(error.message) as { error: string }) };
    },

    async verify(request, keys) {
      if (request === undefined) throw new Error('nothing was received');
      const { jwtCurrent, jwtNext } = runtime.keys.current();
      const verifier = new Verifier({
        currentSigningKey: keys?.current ?? jwtCurrent,
        nextSigningKey: keys?.next ?? jwtNext,
        devMode: false,
      });
      await verifier.verify({
        signature: String(request.headers['upstash-signature']),
        body: request.body.toString('utf8'),
        url: receiver.url + request.path,
      });
    },

    async token(grant) {
      const tokens = app.strapi.service('admin::api-token') as {
        create(token: object): Promise<{ accessKey: string }>;
      };
      const { accessKey } = await tokens.create({
        name: `token ${++made}`,
        description: '',
        kind: 'content-api',
        lifespan: null,
        ...(typeof grant === 'string'
          ? { type: grant }
          : {
              type: 'custom',
              permissions: grant.map((action) => `plugin::${PLUGIN_ID}.${action}`),
            }),
      });
      return accessKey;
    },

    async close() {
      await app.close();
      await receiver.close();
    },
  };
}

/** The SDK writes what it throws to the console as well. */
function muteSdk(): void {
  const write = console.error.bind(console);
  jest.spyOn(console, 'error').mockImplementation((...words: unknown[]) => {
    if (!String(words[0]).startsWith('[Upstash QStash]')) write(...words);
  });
}
