import { createProxies } from './proxies';

const HTTP = new URL('http://shop.test/');
const HTTPS = new URL('https://shop.test/');
const proxies = (http: string | null, https: string | null) =>
  createProxies(
    { http: http ? { uri: http } : null, https: https ? { uri: https } : null },
    () => 0
  );

it('is cut off only when neither scheme gets out', () => {
  const two = proxies('http://one.test:3128', 'http://two.test:3128');
  two.of(HTTP)?.health.failed('one is gone');
  expect(two.problem()).toBe('one is gone');
  expect(two.isCut()).toBe(false);
  two.of(HTTPS)?.health.failed('two is gone');
  expect(two.isCut()).toBe(true);
  two.of(HTTP)?.health.through('shop.test:80');
  expect(two.isCut()).toBe(false);
});

it('is cut off with the one proxy that both schemes use', () => {
  const one = proxies('http://one.test:3128', 'http://one.test:3128');
  one.of(HTTPS)?.health.failed('gone');
  expect(one.isCut()).toBe(true);
});

it('is not cut off while one scheme goes out directly', () => {
  const half = proxies('http://one.test:3128', null);
  half.of(HTTP)?.health.failed('gone');
  expect(half.isCut()).toBe(false);
  expect(proxies(null, null).isCut()).toBe(false);
});
