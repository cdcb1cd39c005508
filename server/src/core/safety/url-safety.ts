/**
 * Decides where a request may go. The same rules apply when a URL is saved and at every connection.
 *
 * Sources: the IANA special-purpose address registries, the WHATWG URL standard's parser, Fetch's
 * bad-port list; RFC 6052, 8215, 4380, 3056 and 5214 for IPv4 addresses inside IPv6 addresses.
 * `parseTarget` judges what the URL shows. `checkAddress` judges each address at connect, literals
 * included: Node never calls a custom `lookup` for those. Cloud metadata services are never allowed.
 */
import { isIP, isIPv4, type BlockList } from 'node:net';

import { IPv6 } from 'ipaddr.js';

import { BAD_PORTS } from './bad-ports';
import { CoreError } from '../errors';
import { dotted, embeddedIpv4 } from './embedded-ipv4';
import { contains, networks } from './networks';

/** As in the plugin's config, `http`. */
export interface UrlPolicyConfig {
  httpsOnly: boolean;
  allow: { hosts: readonly string[]; cidrs: readonly string[] };
}

export interface UrlPolicy {
  httpsOnly: boolean;
  allowedHosts: ReadonlySet<string>;
  /** `.svc.cluster.local` for `*.svc.cluster.local`. */
  allowedSuffixes: readonly string[];
  allowedNetworks: BlockList;
  allowsNetworks: boolean;
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

/** Only global unicast addresses of IPv6 are public, except for its special blocks. */
const IPV6_GLOBAL = networks(['2000::/3']);
const IPV6_SPECIAL = networks(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** Equivalent to the IPv4 address inside: mapped addresses, and the well-known prefix of NAT64. */
const IPV4_ALIASES = networks(['::ffff:0:0/96', '64:ff9b::/96']);
/** @throws Error naming the first host or network that is invalid and would never match. */
export function createUrlPolicy({ httpsOnly, allow }: UrlPolicyConfig): UrlPolicy {
  return {
    httpsOnly,
    allowedHosts: new Set(allow.hosts.filter((host) => !isWildcard(host)).map(normalHost)),
    allowedSuffixes: allow.hosts
      .filter(isWildcard)
      .map((host) => `.${normalHost(host.trim().slice(2))}`),
    allowedNetworks: networks(allow.cidrs),
    allowsNetworks: allow.cidrs.length > 0,
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
  if (reason !== null) throw unsafeUrl(field, reason);
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
  if (allowsHost(policy, host)) return null;
  const isName = isIP(bareHost(host)) === 0;
  const reason =
    family === 4 ? refusalOfIpv4(address, policy) : refusalOfIpv6(address, isName, policy);
  if (reason === null) return null;
  const { inner, why } = reason;
  const carried = inner === address ? `${ip} is ${why}` : `${ip} carries ${inner}, ${why}`;
  const network = `${inner}/${isIPv4(inner) ? 32 : 128}`;
  const byName = isName ? ` or ${allowLine('hosts', host)}` : '';
  return `${carried}; to allow it, set ${allowLine('cidrs', network)}${byName} ${WHERE}`;
}

const WHERE = "in the plugin's config (docs/guides/networking.md)";

/** The line of the plugin's config that allows a target. */
const allowLine = (list: 'cidrs' | 'hosts', value: string): string =>
  `http.allow.${list}: ['${value}']`;

/** Why an address is refused, and which one: the address itself, or the IPv4 address inside it. */
interface Refusal {
  inner: string;
  why: string;
}

function allowsHost({ allowedHosts, allowedSuffixes }: UrlPolicy, host: string): boolean {
  const name = bareHost(host.toLowerCase());
  return allowedHosts.has(name) || allowedSuffixes.some((suffix) => name.endsWith(suffix));
}

/** @throws CoreError `INVALID_URL` when parsers may read the text differently. */
export function assertUnambiguous(raw: string, field: string): void {
  if (raw.length > MAX_URL_LENGTH) {
    throw invalidUrl(field, `is longer than ${MAX_URL_LENGTH} characters`);
  }
  if (AMBIGUOUS_CHARACTER.test(raw)) {
    throw invalidUrl(field, 'contains a space, a control character or a backslash');
  }
}

export const invalidUrl = (field: string, problem: string): CoreError =>
  new CoreError('INVALID_URL', `${field} ${problem}`, field);

export const unsafeUrl = (field: string, reason: string): CoreError =>
  new CoreError('UNSAFE_URL', `${field} is refused: ${reason}`, field);

function parseHttpUrl(raw: string, field: string): URL {
  const invalid = (problem: string) => invalidUrl(field, problem);
  assertUnambiguous(raw, field);
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
  return refusalOfHost(url.hostname, policy);
}

/** @param hostname as `URL` parses it for http. */
export function refusalOfHost(hostname: string, policy: UrlPolicy): string | null {
  const host = bareHost(hostname);
  return isIP(host) === 0 ? refusalOfName(host, policy) : checkAddress(host, host, policy);
}

function refusalOfName(host: string, policy: UrlPolicy): string | null {
  if (METADATA_NAMES.has(host))
    return `${host} is a cloud metadata service, which is never allowed`;
  if (allowsHost(policy, host)) return null;
  const zone = PRIVATE_ZONES.find((name) => host === name || host.endsWith(`.${name}`));
  if (zone === undefined && host.includes('.')) return null;
  // With private networks allowed, the address it resolves to decides, at connect. Only this machine
  // has to be allowed by name, because `localhost` has addresses of both families.
  if (policy.allowsNetworks && zone !== 'localhost') return null;
  return `"${host}" is a name inside a private network; to allow it, set ${allowLine('hosts', host)} or list its network in http.allow.cidrs ${WHERE}`;
}

function refusalOfIpv4(address: string, { allowedNetworks }: UrlPolicy): Refusal | null {
  if (contains(allowedNetworks, address)) return null;
  const why = REFUSED_IPV4.find(([, list]) => contains(list, address))?.[0];
  return why === undefined ? null : { inner: address, why };
}

function refusalOfIpv6(address: string, isName: boolean, policy: UrlPolicy): Refusal | null {
  // An allowed prefix must not open a way to an IPv4 address that is refused.
  for (const inner of embeddedIpv4(address)) {
    const refusal = refusalOfIpv4(inner, policy);
    if (refusal !== null) return refusal;
  }
  if (contains(policy.allowedNetworks, address)) return null;
  // A resolver behind NAT64 gives such addresses. Nobody has a reason to write one in a URL.
  if (isName && contains(IPV4_ALIASES, address)) return null;
  if (IPv6.parse(address).range() === 'loopback') {
    return { inner: address, why: 'a loopback address' };
  }
  return isPublicIpv6(address) ? null : { inner: address, why: 'not a public IPv6 address' };
}

const isPublicIpv6 = (address: string): boolean =>
  contains(IPV6_GLOBAL, address) && !contains(IPV6_SPECIAL, address);

/** Looks through every notation that carries an IPv4 address. */
function isMetadata(address: string): boolean {
  if (contains(METADATA_ADDRESSES, address)) return true;
  if (isIPv4(address)) return false;
  const { parts } = IPv6.parse(address);
  // A network's own translation prefix may be anywhere in private space.
  const translated = isPublicIpv6(address) ? [] : [dotted(parts, 6), dotted(parts, 1)];
  return [...embeddedIpv4(address), ...translated].some((v4) => contains(METADATA_ADDRESSES, v4));
}

/** Without the brackets of an IPv6 literal and the dot of a fully qualified name. */
function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

const isWildcard = (host: string): boolean => host.trim().startsWith('*.');

function normalHost(host: string): string {
  const text = host.trim();
  const bracketed = isIP(text) === 6 ? `[${text}]` : text;
  const url = URL.canParse(`http://${bracketed}`) ? new URL(`http://${bracketed}`) : undefined;
  if (url === undefined || text.includes('*') || url.href !== `http://${url.hostname}/`) {
    throw new Error(
      `http.allow.hosts: "${host}" is not a host name; write n8n.internal or *.svc.cluster.local`
    );
  }
  return bareHost(url.hostname);
}
