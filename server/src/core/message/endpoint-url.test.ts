import { createUrlPolicy } from '../safety/url-safety';
import { assertEndpointUrl } from './endpoint-url';

const policy = createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } });
const check = (url: string) => assertEndpointUrl(url, policy, 'url');

it.each([
  ['https://example.com/hook'],
  ['nats://example.com/articles'],
  ['strapi:crm.sync-2'],
  ['pull:'],
])('accepts %s', (url) => expect(() => check(url)).not.toThrow());

it.each([
  ['mqtt://example.com/a', 'must begin with http://'],
  ['https://user:password@example.com/', 'contains credentials'],
  ['nats://example.com', 'names no subject'],
  ['strapi:', 'a name has up to 100 letters'],
  ['strapi:a b', 'a name has up to 100 letters'],
  ['strapi://crm', 'a name has up to 100 letters'],
  ['https://10.0.0.1/', 'a private address'],
])('refuses %s', (url, problem) => {
  expect(() => check(url)).toThrow(expect.objectContaining({ field: 'url' }) as Error);
  expect(() => check(url)).toThrow(problem);
});
