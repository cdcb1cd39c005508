/** Finds the IPv4 addresses inside an IPv6 address. Sources: RFC 6052, 8215, 4380, 3056, 5214. */
import { IPv6 } from 'ipaddr.js';

import { contains, networks } from './networks';

/** Also IPv4-compatible and IPv4-translated addresses. */
const ENDS_IN_IPV4 = networks(['::ffff:0:0/96', '64:ff9b::/96', '::/96', '::ffff:0:0:0/96']);
const UNSPECIFIED_AND_LOOPBACK = networks(['::/127']);
/** RFC 8215: prefixes of a network's own. */
const LOCAL_NAT64 = networks(['64:ff9b:1::/48']);

/** IPv4 addresses that an IPv6 address carries by its prefix or its interface id. */
export function embeddedIpv4(address: string): string[] {
  const { parts } = IPv6.parse(address);
  const [first, second = 0, third = 0, , fifth, sixth] = parts;
  const found: string[] = [];
  if (contains(ENDS_IN_IPV4, address) && !contains(UNSPECIFIED_AND_LOOPBACK, address)) {
    found.push(dotted(parts, 6));
  }
  if (first === 0x2002) found.push(dotted([second, third], 0)); // 6to4
  if (first === 0x2001 && second === 0) found.push(...inTeredo(parts));
  if ((fifth === 0 || fifth === 0x200) && sixth === 0x5efe) found.push(dotted(parts, 6)); // ISATAP
  return contains(LOCAL_NAT64, address) ? [...found, ...inLocalNat64(parts)] : found;
}

/** Two 16-bit groups as an IPv4 address. */
export function dotted(groups: readonly number[], at: number): string {
  const [high = 0, low = 0] = groups.slice(at, at + 2);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** A /48 prefix of RFC 6052 has the address in bits 48 to 64 and 72 to 88, a /96 prefix at the end. */
function inLocalNat64(parts: readonly number[]): string[] {
  const [, , , high = 0, upper = 0, lower = 0] = parts;
  const low = ((upper & 0xff) << 8) | (lower >> 8);
  return [dotted([high, low], 0), dotted(parts, 6)].filter((v4) => v4 !== '0.0.0.0');
}

/** The server, and the client with its bits inverted. */
function inTeredo(parts: readonly number[]): string[] {
  const client = parts.slice(6).map((group) => ~group & 0xffff);
  return [dotted(parts, 2), dotted(client, 0)];
}
