/** Metrics and health, as a scraper sees them: parsed, not looked at. */
import { register } from 'prom-client';

import type { HealthView } from '../../server/src/panel/contract';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

let api: AdminApi;
beforeAll(async () => {
  api = await bootAdminApi();
}, 120_000);
afterAll(() => api.close());

/** `name{labels}` → value; throws at a line that is neither a comment nor a sample. */
async function scrape(): Promise<Map<string, number>> {
  const text = await api.get<string>('/metrics');
  const samples = new Map<string, number>();
  for (const line of text.trimEnd().split('\n')) {
    if (line === '' || /^# (HELP|TYPE) \w+ ./.test(line)) continue;
    const [, series = '', value = ''] = /^(\w+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    if (series === '' || !Number.isFinite(Number(value))) throw new Error(`not a sample: ${line}`);
    samples.set(series, Number(value));
  }
  return samples;
}

it('counts attempts by endpoint, outcome and result', async () => {
  const good = await api.subscribe(200);
  const bad = await api.subscribe(500);
  await api.publish(good.topic);
  await api.publish(good.topic);
  await api.publish(bad.topic);
  const samples = await scrape();
  const of = (id: number, outcome: string) =>
    samples.get(`webhooks_attempts_total{endpoint="${id}",outcome="${outcome}"}`);
  expect(of(good.endpoint.id, '2xx')).toBe(2);
  expect(of(bad.endpoint.id, '5xx')).toBe(1);
  expect(samples.get('webhooks_settlements_total{to="delivered"}')).toBe(2);
  expect(samples.get('webhooks_settlements_total{to="dead"}')).toBe(1);
  const took = (series: string, labels: string) =>
    samples.get(`webhooks_attempt_duration_seconds_${series}{${labels}}`);
  expect(took('count', `endpoint="${good.endpoint.id}"`)).toBe(2);
  expect(took('bucket', `le="+Inf",endpoint="${bad.endpoint.id}"`)).toBe(1);
  expect(samples.get('webhooks_messages{state="dead"}')).toBe(1);
  expect(samples.get('webhooks_in_flight')).toBe(0);
  const { id, name } = bad.endpoint;
  expect(samples.get(`webhooks_endpoint_dead{endpoint="${id}",name="${name}"}`)).toBe(1);
});

it('keeps the number of series bounded, however many endpoints there are', async () => {
  const { meters } = api.runtime.watch;
  const [delivered] = (await scrape()).entries();
  expect(delivered).toBeDefined();
  for (let endpointId = 1_000; endpointId < 2_000; endpointId += 1) {
    meters.observe([
      {
        message: { endpointId },
        attempt: { durationMs: 5, outcome: { kind: 'timed-out', error: '' } },
        settlement: { to: 'dead', because: 'retries-exhausted' },
        settledAt: 0,
      } as never,
    ]);
  }
  const all = [...(await scrape()).keys()];
  const attempts = all.filter((name) => name.startsWith('webhooks_attempts_total'));
  expect(attempts.length).toBeLessThanOrEqual(110);
  expect(attempts).toContain('webhooks_attempts_total{endpoint="other",outcome="timed-out"}');
  const counts = all.filter((name) => name.startsWith('webhooks_attempt_duration_seconds_count'));
  expect(counts.length).toBeLessThanOrEqual(102);
});

it('shows the messages on hold of a paused endpoint', async () => {
  const { topic, endpoint } = await api.subscribe(200);
  await api.post(`/endpoints/${endpoint.id}/pause`);
  await api.publish(topic);
  const samples = await scrape();
  const labels = `{endpoint="${endpoint.id}",name="${endpoint.name}"}`;
  expect(samples.get(`webhooks_endpoint_pending${labels}`)).toBe(1);
  expect(samples.get(`webhooks_endpoint_held${labels}`)).toBe(1);
});

it('does not use the app’s registry', async () => {
  await scrape();
  expect(await register.metrics()).not.toContain('webhooks_');
});

it('escapes the names of endpoints', async () => {
  await api.createEndpoint({ name: 'the "best"\\endpoint' });
  expect([...(await scrape()).keys()].join('\n')).toContain('name="the \\"best\\"\\\\endpoint"');
});

it('requires its permission', async () => {
  const path = '/guaranteed-webhooks/metrics';
  expect((await api.app.http.as(null)('GET', path)).status).toBe(401);
  expect((await (await api.adminWith('messages.read'))('GET', '/metrics')).status).toBe(403);
  expect((await (await api.adminWith('metrics.read'))('GET', '/metrics')).status).toBe(200);
});

it('reports ok, or the problems', async () => {
  expect(await api.get<HealthView>('/health')).toEqual({ status: 'ok', problems: [] });
  expect((await scrape()).get('webhooks_missing_internals')).toBe(0);
  const another = { installation: 'another', name: null, traces: [], label: 'elsewhere' };
  await api.runtime.store.writeSetting('mark', JSON.stringify(another));
  await api.runtime.environment.look();
  const { status, body } = await api.call('GET', '/health');
  const problems = [expect.stringContaining('elsewhere')];
  expect([status, body]).toEqual([503, { status: 'held', problems }]);
  expect((await scrape()).get('webhooks_foreign_database')).toBe(1);
});
