/**
 * The QStash API and the admin API against malformed requests: every answer is a refusal or a success,
 * none a 500, none takes for ever, and Strapi is alive at the end. `FUZZ_RUNS` sets the number of cases.
 */
import { request } from 'node:http';

import * as fc from 'fast-check';

import { ADMIN_ROUTES } from '../../server/src/panel/routes/admin';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
/** In CI; `npm run fuzz` takes the time its number of cases takes. */
const UNBOUNDED = process.env.FUZZ_UNBOUNDED === '1';
const BUDGET_MS = UNBOUNDED ? 24 * 3_600_000 : 110_000;
/** Of one request, on a machine that does other things as well. */
const TIMEOUT_MS = 10_000;

let api: AdminApi;
beforeAll(async () => {
  api = await bootAdminApi();
  // What Strapi says of requests that are not HTTP, thousands of times.
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  for (const transport of api.app.strapi.log.transports) transport.silent = true;
}, 120_000);
afterAll(async () => {
  jest.restoreAllMocks();
  await api.close();
});

interface Raw {
  method: string;
  /** Sent as it is: `fetch` would tidy it up. */
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** @returns 0 when the request cannot even be written, or the server hung up on it. */
function send({ method, path, headers, body }: Raw): Promise<number> {
  const { hostname, port } = new URL(api.app.http.origin);
  return new Promise((resolve, reject) => {
    try {
      const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.setTimeout(TIMEOUT_MS, () => reject(new Error(`no answer to ${method} ${path}`)));
      sent.on('error', () => resolve(0));
      sent.end(body);
    } catch {
      resolve(0);
    }
  });
}

const word = fc.constantFrom(
  ...[
    '-',
    '..',
    '.',
    '%2e%2e',
    '%2f',
    '%00',
    '%zz',
    '%',
    '//',
    '\\',
    'a',
    '0',
    '-1',
    '9'.repeat(40),
  ],
  ...['__proto__', "'", '"', ';--', 'publish', 'messages', 'dlq', 'topics', 'http:', 'http://'],
  ...['https://example.com', 'http://127.0.0.1:1', 'http://169.254.169.254', 'x'.repeat(3_000), '@']
);
const path = fc.array(word, { maxLength: 5 }).map((words) => words.join('/'));
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        ...[
          'cursor',
          'count',
          'state',
          'order',
          'fromDate',
          'toDate',
          'dlqIds',
          'messageIds',
          'host',
        ],
        ...['__proto__', 'filter[a][b]', 'pageSize', 'search', 'endpointId', 'status', 'all']
      ),
      fc.oneof(word, fc.integer().map(String))
    ),
    { maxLength: 4 }
  )
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
const qstashPath = fc
  .tuple(
    fc.constantFrom(
      ...[
        'publish',
        'enqueue',
        'batch',
        'messages',
        'topics',
        'dlq',
        'dlq/retry',
        'events',
        'logs',
      ],
      ...['readiness', 'queues', 'schedules', 'keys', 'flowControl', 'globalParallelism', '']
    ),
    path,
    query
  )
  .map(([root, rest, search]) => `/api/guaranteed-webhooks/v2/${root}/${rest}?${search}`);
const adminPath = fc
  .tuple(fc.constantFrom(...ADMIN_ROUTES.map((route) => route.path)), word, query)
  .map(([route, id, search]) => `/guaranteed-webhooks${route.replace(/:\w+/, id)}?${search}`);

const json = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    ...[
      '',
      '{',
      'null',
      '[]',
      '[null]',
      '[{}]',
      '{"__proto__":{"a":1}}',
      '"x"',
      '0',
      '[[[[[[]]]]]]',
    ],
    ...['[{"destination":"http://169.254.169.254/"}]', '{"endpoints":[null]}', '{"filter":[]}'],
    ...['{"messageIds":{}}', '{"filter":{"state":"dead"}}', '{"dlqIds":[1]}', '\u0000', '\ud800']
  )
);
const headerName = fc.constantFrom(
  ...['upstash-delay', 'upstash-retries', 'upstash-callback', 'upstash-cron', 'upstash-method'],
  ...['upstash-forward-host', 'upstash-flow-control-key', 'upstash-flow-control-value'],
  ...['upstash-label', 'upstash-timeout', 'upstash-not-before', 'upstash-retry-delay', 'accept'],
  ...[
    'upstash-redact-fields',
    'upstash-deduplication-id',
    'upstash-failure-callback',
    'x-forwarded-for',
  ]
);
const headers = fc.dictionary(
  headerName,
  fc.oneof(fc.string({ maxLength: 30 }), word, fc.integer().map(String)),
  { maxKeys: 5 }
);
const contentType = fc.constantFrom(
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=nonsense',
  'x/y'
);
const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS');
const token = fc.constantFrom('good', 'good', 'good', 'bad', 'none');

let answered = 0;
let refusedByNobody = 0;

function never500(paths: fc.Arbitrary<string>, credentials: () => string): Promise<void> {
  return fc.assert(
    fc.asyncProperty(
      fc.record({ method, path: paths, headers, contentType, body: json, token }),
      async ({ token: kind, contentType: type, body, ...malformed }) => {
        const sent: Record<string, string> = { ...malformed.headers, 'content-type': type };
        if (kind !== 'none') sent.authorization = `Bearer ${kind === 'good' ? credentials() : 'x'}`;
        const bodiless = malformed.method === 'GET' || malformed.method === 'HEAD';
        const status = await send({ ...malformed, headers: sent, body: bodiless ? '' : body });
        if (status > 0) answered += 1;
        if (status >= 200 && status < 300) refusedByNobody += 1;
        expect(status).toBeLessThan(500);
      }
    ),
    { numRuns: RUNS, interruptAfterTimeLimit: BUDGET_MS, markInterruptAsFailure: false }
  );
}

it(
  'the QStash API never answers 500',
  () => never500(qstashPath, () => api.app.http.apiToken),
  BUDGET_MS + TIMEOUT_MS
);

it(
  'the admin API never answers 500',
  async () => {
    const login = await api.app.http.ok(
      api.app.http.as(null)<{ data: { token: string } }>('POST', '/admin/login', {
        email: 'ada@example.com',
        password: 'Password123',
      })
    );
    await never500(adminPath, () => login.data.token);
  },
  BUDGET_MS + TIMEOUT_MS
);

it('Strapi is still alive afterwards, and some requests succeeded', async () => {
  expect(answered).toBeGreaterThan(RUNS);
  expect(refusedByNobody).toBeGreaterThan(0);
  expect((await api.call('GET', '/overview')).status).toBe(200);
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});
