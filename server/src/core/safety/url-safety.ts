/**
 * Where a request may go: one set of rules, asked when a URL is saved and again for every connection.
 *
 * Sources: the IANA special-purpose address registries, the WHATWG URL standard's parser, Fetch's
 * bad-port list. `parseTarget` judges what can be seen in the URL; a name says nothing about where it
 * leads, so `checkAddress` judges each address at connect, literals included: Node never calls a
 * custom `lookup` for those. Addresses of cloud metadata services are refused whatever is allowed.
 */
import { BlockList, isIP, isIPv4 } from 'node:net';

import { BAD_PORTS } from './bad-ports';
import { CoreError } from '../errors';

/** As in the plugin's config, `http`. */
export interface UrlPolicyConfig {
  httpsOnly: boolean;
  allow: { hosts: readonly string[]; cidrs: readonly string[] };
}

export interface UrlPolicy {
  httpsOnly: boolean;
  allowedHosts: ReadonlySet<string>;
  allowedNetworks: BlockList;
}

const MAX_URL_LENGTH = 2_048;

/** `URL` repairs these in silence (tab, line break, `\`), so that it and others read different hosts. */
const AMBIGUOUS_CHARACTER = /[\u0000-\u0020\u007f\\]/;
const HTTP_URL = /^https?:\/\/[^/?#]/i;

/** Names that only mean something inside a network, or nowhere. */
const PRIVATE_ZONES = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'home.arpa',
  'lan',
  'onion',
  'invalid',
];
const METADATA_NAMES = new Set(['metadata.google.internal', 'metadata.goog', 'metadata']);

const METADATA_ADDRESSES = networks([
  '169.254.169.254/32', // AWS, Google Cloud, Azure, DigitalOcean, …
  '169.254.170.2/32', // AWS ECS task credentials
  '169.254.170.23/32', // AWS EKS pod identity
  '169.254.42.42/32', // Scaleway
  '169.254.0.23/32', // Tencent Cloud
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure WireServer: looks public, is the host
  '192.0.0.192/32', // Oracle Cloud
  'fd00:ec2::254/128', // AWS
  'fd00:ec2::23/128', // AWS EKS pod identity
  'fd20:ce::254/128', // Google Cloud
  'fd00:42::42/128', // Scaleway
]);

/** In the order in which a reason is given. */
const REFUSED_IPV4: readonly (readonly [reason: string, list: BlockList])[] = [
  ['a loopback address', networks(['127.0.0.0/8'])],
  ['a private address', networks(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'])],
  ['a link-local address', networks(['169.254.0.0/16'])],
  ['a shared address of a provider (100.64.0.0/10)', networks(['100.64.0.0/10'])],
  [
    'a reserved address',
    networks([
      '0.0.0.0/8',
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '224.0.0.0/4',
      '240.0.0.0/4',
    ]),
  ],
];

/** Of IPv6 only global unicast is let through, less its special blocks: a list that needs no upkeep. */
const IPV6_GLOBAL = networks(['2000::/3']);
const IPV6_SPECIAL = networks(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** @throws Error naming the first host or network that is none: it would never match, and nobody would know. */
export function createUrlPolicy({ httpsOnly, allow }: UrlPolicyConfig): UrlPolicy {
  return {
    httpsOnly,
    allowedHosts: new Set(allow.hosts.map(normalHost)),
    allowedNetworks: networks(allow.cidrs),
  };
}

/**
 * The check at save. Passing it does not make a target safe: what its name resolves to may change.
 *
 * @throws CoreError `INVALID_URL` when it cannot be a webhook's URL at all, `UNSAFE_URL` when the policy refuses it.
 */
export function parseTarget(raw: string, policy: UrlPolicy, field: string): URL {
  const url = parseHttpUrl(raw, field);
  const reason = refusalOf(url, policy);
  if (reason !== null) throw new CoreError('UNSAFE_URL', `${field} is refused: ${reason}`, field);
  return url;
}

/**
 * The check at connect, for each address a name resolves to, on every attempt.
 *
 * @param host the host name of the URL the address belongs to.
 * @returns null when it may be called, else why not.
 */
export function checkAddress(ip: string, host: string, policy: UrlPolicy): string | null {
  // A zone id says which interface, not which address.
  const address = ip.split('%', 1)[0] ?? ip;
  const family = isIP(address);
  if (family === 0) return `"${ip}" is not an IP address`;
  if (isMetadata(address)) return `${ip} is a cloud metadata address, which is never allowed`;
  if (policy.allowedHosts.has(bareHost(host.toLowerCase()))) return null;
  if (contains(policy.allowedNetworks, address)) return null;
  const reason = family === 4 ? refusalOfIpv4(address) : refusalOfIpv6(address);
  return reason === null
    ? null
    : `${ip} is ${reason}; to allow it, list its network in http.allow.cidrs or its host in http.allow.hosts of the plugin's config (docs/guides/networking.md)`;
}

function parseHttpUrl(raw: string, field: string): URL {
  const invalid = (problem: string) => new CoreError('INVALID_URL', `${field} ${problem}`, field);
  if (raw.length > MAX_URL_LENGTH) throw invalid(`is longer than ${MAX_URL_LENGTH} characters`);
  if (AMBIGUOUS_CHARACTER.test(raw)) {
    throw invalid('contains a space, a control character or a backslash');
  }
  if (!HTTP_URL.test(raw)) throw invalid('must begin with http:// or https:// and a host');
  if (!URL.canParse(raw)) throw invalid('is not a valid URL');
  const url = new URL(raw);
  if (url.username !== '' || url.password !== '' || hasUserinfo(raw)) {
    throw invalid('contains credentials: send them in an Authorization header instead');
  }
  if (url.port === '0') throw invalid('has port 0');
  return url;
}

/** `http://@host` and `http://:@host` leave no trace in what `URL` returns. */
function hasUserinfo(raw: string): boolean {
  const authority = raw.slice(raw.indexOf('//') + 2).split(/[/?#]/, 1)[0] ?? '';
  return authority.includes('@');
}

function refusalOf(url: URL, policy: UrlPolicy): string | null {
  if (policy.httpsOnly && url.protocol !== 'https:') {
    return "only https is allowed (http.httpsOnly of the plugin's config)";
  }
  if (BAD_PORTS.has(Number(url.port))) return `port ${url.port} belongs to another protocol`;
  const host = bareHost(url.hostname);
  return isIP(host) === 0 ? refusalOfName(host, policy) : checkAddress(host, host, policy);
}

function refusalOfName(host: string, policy: UrlPolicy): string | null {
  if (METADATA_NAMES.has(host))
    return `${host} is a cloud metadata service, which is never allowed`;
  if (policy.allowedHosts.has(host)) return null;
  const zone = PRIVATE_ZONES.find((name) => host === name || host.endsWith(`.${name}`));
  if (zone === undefined && host.includes('.')) return null;
  return `"${host}" is a name inside a private network; to allow it, list it in http.allow.hosts of the plugin's config (docs/guides/networking.md)`;
}

function refusalOfIpv4(address: string): string | null {
  return REFUSED_IPV4.find(([, list]) => contains(list, address))?.[0] ?? null;
}

function refusalOfIpv6(address: string): string | null {
  if (canonicalIpv6(address) === '::1') return 'a loopback address';
  return contains(IPV6_GLOBAL, address) && !contains(IPV6_SPECIAL, address)
    ? null
    : 'not a public IPv6 address';
}

/** Looks through the notations that carry an IPv4 address: an allowed network must not open a way round. */
function isMetadata(address: string): boolean {
  if (contains(METADATA_ADDRESSES, address)) return true;
  if (isIPv4(address) || refusalOfIpv6(address) === null) return false;
  return embeddedIpv4(address).some((v4) => contains(METADATA_ADDRESSES, v4));
}

/** The last 32 bits (mapped, compatible, translated, NAT64, ISATAP), and bits 16 to 48 (6to4). */
function embeddedIpv4(address: string): string[] {
  const [, second = 0, third = 0, , , , seventh = 0, eighth = 0] = ipv6Groups(address);
  return [dotted(seventh, eighth), dotted(second, third)];
}

function ipv6Groups(address: string): number[] {
  const [head = '', tail] = canonicalIpv6(address).split('::');
  const parse = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => parseInt(group, 16));
  const [left, right] = [parse(head), parse(tail ?? '')];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** The URL parser writes an address in one way only: hex groups, compressed, without dots. */
function canonicalIpv6(address: string): string {
  return bareHost(new URL(`http://[${address}]`).hostname);
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Without the brackets of an IPv6 literal and the dot of a fully qualified name. */
function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function normalHost(host: string): string {
  const text = host.trim();
  const bracketed = isIP(text) === 6 ? `[${text}]` : text;
  const url = URL.canParse(`http://${bracketed}`) ? new URL(`http://${bracketed}`) : undefined;
  if (url === undefined || text.includes('*') || url.href !== `http://${url.hostname}/`) {
    throw new Error(`http.allow.hosts: "${host}" is not a host name; write n8n.internal`);
  }
  return bareHost(url.hostname);
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [, base = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(cidr.trim()) ?? [];
    const family = isIP(base);
    if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) {
      throw new Error(
        `http.allow.cidrs: "${cidr}" is not a network; write 10.0.0.0/8, 127.0.0.1/32 or fd00::/8`
      );
    }
    list.addSubnet(base, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
