import type { LookupAddress } from 'node:dns';

import { createUrlPolicy } from '../../core/safety/url-safety';
import { BlockedAddressError, createGuardedLookup, type ResolveAll } from './agent';

const PUBLIC: LookupAddress = { address: '93.184.216.34', family: 4 };
const PUBLIC_6: LookupAddress = { address: '2606:2800:220:1::1', family: 6 };
const PRIVATE: LookupAddress = { address: '10.0.0.1', family: 4 };
const policy = createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } });

/** A resolver that answers when it is told to. */
function createResolver() {
  const asked: { hostname: string; answer: Parameters<ResolveAll>[2] }[] = [];
  const resolveAll: ResolveAll = (hostname, _options, answer) => {
    asked.push({ hostname, answer });
  };
  const lookup = createGuardedLookup(policy, resolveAll);
  const look = (hostname: string, all = true) =>
    new Promise<unknown>((resolve) => {
      lookup(hostname, { all }, (error, address, family) => resolve(error ?? [address, family]));
    });
  return { asked, look };
}

it('hands on every address it was asked about, and no other', async () => {
  const { asked, look } = createResolver();
  const looking = look('a.test');
  asked[0]?.answer(null, [PUBLIC, PUBLIC_6]);
  expect(await looking).toEqual([[PUBLIC, PUBLIC_6], undefined]);
});

it('hands on one address to a caller that wants one', async () => {
  const { asked, look } = createResolver();
  const looking = look('a.test', false);
  asked[0]?.answer(null, [PUBLIC, PUBLIC_6]);
  expect(await looking).toEqual([PUBLIC.address, 4]);
});

it.each([
  ['first', [PRIVATE, PUBLIC]],
  ['last', [PUBLIC, PRIVATE]],
])('refuses all when the %s answer is bad', async (_which, addresses) => {
  const { asked, look } = createResolver();
  const looking = look('a.test');
  asked[0]?.answer(null, addresses);
  const refused = await looking;
  expect(refused).toBeInstanceOf(BlockedAddressError);
  expect((refused as Error).message).toMatch(/^a\.test resolves to 10\.0\.0\.1 is a private/);
});

it('passes on what the resolver says when it cannot say', async () => {
  const { asked, look } = createResolver();
  const looking = look('a.test');
  const error = new Error('getaddrinfo EAI_AGAIN a.test');
  asked[0]?.answer(error, []);
  expect(await looking).toBe(error);
});

it('asks once for all who ask at the same time, and anew for who comes later', async () => {
  const { asked, look } = createResolver();
  const together = [look('a.test'), look('a.test'), look('b.test')];
  expect(asked.map(({ hostname }) => hostname)).toEqual(['a.test', 'b.test']);
  asked[0]?.answer(null, [PUBLIC]);
  asked[1]?.answer(null, [PUBLIC]);
  await Promise.all(together);

  const later = look('a.test');
  expect(asked).toHaveLength(3);
  asked[2]?.answer(null, [PRIVATE]);
  expect(await later).toBeInstanceOf(BlockedAddressError);
});
