import { createUrlPolicy } from '../../core/safety/url-safety';
import { nameKey } from './free-names';
import { planOf, targetOf, type NativeWebhook } from './native-plan';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

const plan = (webhook: Partial<NativeWebhook>, names: string[] = []) =>
  planOf(
    {
      id: 7,
      name: 'Shop',
      url: 'https://example.com/',
      headers: {},
      events: ['entry.publish'],
      isEnabled: true,
      ...webhook,
    },
    {
      urlPolicy: createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } }),
      defaultHeaders: { Authorization: 'Bearer of the config' },
      assertEvent: () => undefined,
      endpointNames: new Set(names.map(nameKey)),
      topicNames: new Set(names.map(nameKey)),
    }
  );

it.each([
  ['https://a:b@example.com/x?y=z', 'https://example.com/x?y=z', 'a:b'],
  ['https://a%40b:%F0%9F%8E%89@example.com', 'https://example.com/', 'a@b:🎉'],
  ['https://a:100%@example.com/', 'https://example.com/', 'a:100%'],
  ['https://a:%zz%41@example.com/', 'https://example.com/', 'a:%zzA'],
])('separates the credentials of %s', (raw, url, credentials) => {
  expect(targetOf(raw)).toEqual({ url, authorization: basic(credentials) });
});

it.each([
  ['HTTPS://EXAMPLE.COM/Hook#part', 'HTTPS://EXAMPLE.COM/Hook#part'],
  ['https://@example.com/', 'https://example.com/'],
  ['https://example.com/a\tb', 'https://example.com/ab'],
  ['nothing', 'nothing'],
])('calls %j as %s', (raw, url) => {
  expect(targetOf(raw)).toEqual({ url, authorization: null });
});

it('prefers the credentials of a URL to a header of the config', () => {
  expect(plan({ url: 'https://a:b@example.com/' }).plan?.headers).toEqual([
    { name: 'Authorization', value: basic('a:b'), secret: true, from: 'webhook' },
  ]);
});

it('cuts a name so that its number still fits, and between characters', () => {
  const name = `${'n'.repeat(252)}🎉`;
  const endpointName = plan({ name }, [name]).plan?.endpointName;
  expect(endpointName).toBe(`${'n'.repeat(252)} 2`);
  expect(plan({ name }, [name]).plan?.topicName).toHaveLength(80);
});

it('names two alike that differ in case and accents only', () => {
  expect(plan({ name: 'Käse' }, ['kase', 'strapi-ka-se']).plan).toMatchObject({
    endpointName: 'Käse 2',
    topicName: 'strapi-ka-se-2',
  });
});

it('has no plan for more headers than a request may carry', () => {
  const headers = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`X-${n}`, 'x']));
  const { plan: none, problems } = plan({ headers });
  expect(none).toBeNull();
  expect(problems).toEqual([{ what: 'Shop', reason: expect.stringContaining('64') as string }]);
});
