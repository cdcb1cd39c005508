/** An endpoint with an authority of its own, and a certificate to show: over real TLS, from the admin API to the receiver. */
import { constants } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

import type {
  EndpointInput,
  EndpointView,
  MessageDetail,
  Overview,
} from '../../server/src/panel/contract';
import { createAuthority, type Authority, type Certified } from '../support/certificates';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

let api: AdminApi;
let authority: Authority;
let client: Certified;
let server: Server;
let url: string;
/** Common name of whoever called, as the receiver verified it. */
const callers: (string | undefined)[] = [];

beforeAll(async () => {
  api = await bootAdminApi();
  authority = createAuthority('Shop authority');
  client = authority.issue('strapi.example.com');
  const { certificate: cert, privateKey: key } = authority.issue('shop.example.com');
  const options = {
    cert,
    key,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
    // A resumed session does not have the certificate of its first connection.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
  server = createServer(options, (request, response) => {
    const socket = request.socket as TLSSocket;
    callers.push(socket.authorized ? commonNameOf(socket) : undefined);
    response.end('ok');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}, 120_000);
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  await api.close();
});
beforeEach(() => callers.splice(0));

const commonNameOf = (socket: TLSSocket): string => String(socket.getPeerCertificate().subject.CN);

async function endpointWith(tls: EndpointInput['tls']) {
  const topic = await api.createTopic();
  const endpoint = await api.createEndpoint({ url, topicIds: [topic.id], tls });
  return { topic, endpoint };
}

const update = (endpoint: EndpointView, change: Partial<EndpointInput>) =>
  api.call<EndpointView>('PUT', `/endpoints/${endpoint.id}`, {
    name: endpoint.name,
    url: endpoint.url,
    topicIds: endpoint.topics.map(({ id }) => id),
    version: endpoint.version,
    ...change,
  });

const lastAttempt = async (messageId: string) =>
  (await api.get<MessageDetail>(`/messages/${messageId}`)).attemptLog.at(-1);

it('reaches a receiver whose authority only this endpoint trusts', async () => {
  const { topic } = await endpointWith({ ca: authority.certificate });
  expect(await lastAttempt(await api.publish(topic))).toMatchObject({ status: 200 });
  const { topic: other } = await endpointWith(null);
  expect(await lastAttempt(await api.publish(other))).toMatchObject({
    outcome: 'unreachable',
    error: expect.stringMatching(/certificate|verify/) as string,
  });
});

it('trusts that authority and no other', async () => {
  const { topic } = await endpointWith({ ca: createAuthority('Another').certificate });
  expect(await lastAttempt(await api.publish(topic))).toMatchObject({ outcome: 'unreachable' });
});

it('shows its certificate to a receiver that asks, from the next attempt after a change', async () => {
  const ca = authority.certificate;
  const { topic, endpoint } = await endpointWith({ ca, ...client });
  await api.publish(topic);
  const renewed = authority.issue('renewed.example.com');
  const { body: changed } = await update(endpoint, { tls: { ca, ...renewed } });
  await api.publish(topic);
  await update(changed, { tls: { ca } });
  await api.publish(topic);
  expect(callers).toEqual(['strapi.example.com', 'renewed.example.com', undefined]);
});

it('never returns the key, keeps it when it is not given, and stores it encrypted', async () => {
  const { endpoint } = await endpointWith({ ca: authority.certificate, ...client });
  expect(endpoint.tls).toMatchObject({
    certificate: client.certificate.trim(),
    hasPrivateKey: true,
  });
  const secret = client.privateKey.split('\n')[3] ?? '';
  expect(JSON.stringify(endpoint)).not.toContain(secret);
  const [row] = (await api.app.strapi.db.query('plugin::guaranteed-webhooks.endpoint').findMany({
    where: { id: endpoint.id },
  })) as { tls: string }[];
  expect(row?.tls).toMatch(/^enc:/);
  expect(row?.tls).not.toContain(secret);

  const kept = await update(endpoint, {
    tls: { certificate: client.certificate, privateKey: null },
  });
  expect(kept.body.tls).toMatchObject({ ca: null, hasPrivateKey: true });
  const untouched = await update(kept.body, {});
  expect(untouched.body.tls).toMatchObject({ hasPrivateKey: true });
  expect((await update(untouched.body, { tls: null })).body.tls).toBeNull();
});

describe('refuses what cannot be used, with the field and the reason', () => {
  const other = createAuthority('Other').issue('other.example.com');
  const encrypted = [
    '-----BEGIN ENCRYPTED PRIVATE KEY-----',
    'MIIBvTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQI',
    '-----END ENCRYPTED PRIVATE KEY-----',
  ].join('\n');

  it.each<[string, (own: Certified) => EndpointInput['tls'], string[], RegExp]>([
    ['an authority that is no PEM', () => ({ ca: 'hello' }), ['tls', 'ca'], /is not PEM/],
    [
      'a damaged one',
      () => ({ ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }),
      ['tls', 'ca'],
      /cannot be read \(certificate 1\)/,
    ],
    [
      'a key of another certificate',
      (own) => ({ certificate: own.certificate, privateKey: other.privateKey }),
      ['tls', 'privateKey'],
      /does not belong to/,
    ],
    [
      'a certificate without a key',
      (own) => ({ certificate: own.certificate }),
      ['tls', 'privateKey'],
      /is missing/,
    ],
    [
      'a key without a certificate',
      (own) => ({ privateKey: own.privateKey }),
      ['tls', 'certificate'],
      /is missing/,
    ],
    [
      'a key that is no PEM',
      (own) => ({ certificate: own.certificate, privateKey: 'secret words' }),
      ['tls', 'privateKey'],
      /is not a private key in PEM/,
    ],
    [
      'a key with a passphrase',
      (own) => ({ certificate: own.certificate, privateKey: encrypted }),
      ['tls', 'privateKey'],
      /passphrase|not a private key/,
    ],
  ])('%s', async (_what, make, path, message) => {
    const answer = await api.call('POST', '/endpoints', {
      name: `refused ${path.join('.')}`,
      url,
      topicIds: [],
      tls: make(client),
    });
    expect(answer.status).toBe(400);
    const { details, message: said } = answer.body.error;
    expect(details).toMatchObject({ code: 'INVALID_CERTIFICATE', errors: [{ path }] });
    expect(said).toMatch(message);
    expect(said).not.toContain('secret words');
  });

  it('on an http: URL', async () => {
    const refused = await api.call('POST', '/endpoints', {
      name: 'no tls there',
      url: `${api.receiver.url}/200`,
      topicIds: [],
      tls: { ca: authority.certificate },
    });
    expect(refused.body.error.details.code).toBe('INVALID_CERTIFICATE');
  });
});

it('accepts an expired certificate, and warns on the overview', async () => {
  const expired = authority.issue('late.example.com', { expiresInDays: -3 });
  const { endpoint } = await endpointWith(expired);
  expect(endpoint.tls?.expiresAt).toBeLessThan(Date.now());
  const { warnings } = await api.get<Overview>('/overview');
  expect(warnings).toContainEqual(
    expect.stringContaining(`A certificate of endpoint "${endpoint.name}" expired on`)
  );
});
