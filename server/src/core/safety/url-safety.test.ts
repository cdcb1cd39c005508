import * as fc from 'fast-check';

import corpus from '../../../../test/support/ssrf-corpus.json';

import { checkAddress, createUrlPolicy, parseTarget, type UrlPolicyConfig } from './url-safety';

interface UrlCase {
  url: string;
  expect: 'allow' | 'reject';
  why: string;
  stage: string;
  resolvesTo?: string[];
  resolvesToSequence?: string[][];
  policy?: { httpsOnly: boolean; allowHosts?: string[]; allowCidrs?: string[] };
}
const cases = corpus as unknown as UrlCase[];
const ofStages = (...stages: string[]) => cases.filter(({ stage }) => stages.includes(stage));

const policyOf = (allow: Partial<UrlPolicyConfig['allow']> = {}, httpsOnly = false) =>
  createUrlPolicy({ httpsOnly, allow: { hosts: [], cidrs: [], ...allow } });
const STRICT = policyOf();

/** As the sender does: the URL, then every address its name resolves to; one bad answer refuses all. */
function verdict({ url, policy, resolvesTo = [] }: UrlCase, strict = STRICT): 'allow' | 'reject' {
  const rules = policy
    ? policyOf({ hosts: policy.allowHosts ?? [], cidrs: policy.allowCidrs ?? [] }, policy.httpsOnly)
    : strict;
  try {
    const { hostname } = parseTarget(url, rules, 'url');
    const refused = resolvesTo.some((ip) => checkAddress(ip, hostname, rules) !== null);
    return refused ? 'reject' : 'allow';
  } catch (error) {
    expect(error).toMatchObject({ name: 'CoreError', field: 'url' });
    return 'reject';
  }
}

describe('the corpus', () => {
  it('is all there', () => {
    expect(ofStages('parse', 'policy', 'host', 'literal')).toHaveLength(131);
    expect(ofStages('resolve', 'connect')).toHaveLength(18);
  });

  it.each(ofStages('parse', 'policy', 'host', 'literal'))('$stage $url: $expect, $why', (one) =>
    expect(verdict(one)).toBe(one.expect)
  );

  // No answer at all is the sender's business: there is no address to judge.
  it.each(ofStages('resolve').filter(({ resolvesTo }) => resolvesTo?.length !== 0))(
    'resolve $url: $expect, $why',
    (one) => expect(verdict(one)).toBe(one.expect)
  );

  it.each(ofStages('connect'))('connect $url: $why', (one) => {
    const answers = one.resolvesToSequence ?? [];
    const verdicts = answers.map((resolvesTo) => verdict({ ...one, resolvesTo }));
    expect(verdicts.at(0)).toBe('allow');
    expect(verdicts.at(-1)).toBe('reject');
  });
});

describe('parseTarget', () => {
  it.each([
    ['ftp://example.com/', 'INVALID_URL'],
    ['example.com', 'INVALID_URL'],
    ['https://@example.com/', 'INVALID_URL'],
    ['https://:@example.com/', 'INVALID_URL'],
    [`https://example.com/${'a'.repeat(2_048)}`, 'INVALID_URL'],
    ['http://intranet/', 'UNSAFE_URL'],
    ['http://10.0.0.1/', 'UNSAFE_URL'],
    ['http://example.com:22/', 'UNSAFE_URL'],
  ])('%s is %s', (url, code) =>
    expect(() => parseTarget(url, STRICT, 'url')).toThrow(
      expect.objectContaining({ code, field: 'url' }) as Error
    )
  );

  it('gives the URL back as it parses', () => {
    expect(parseTarget('https://EXAMPLE.com:443/a b'.replace(' ', '%20'), STRICT, 'url').href).toBe(
      'https://example.com/a%20b'
    );
    expect(parseTarget('https://example.com/@user', STRICT, 'url').pathname).toBe('/@user');
  });

  it.each([
    ['http://n8n.internal/', 'http.allow.hosts'],
    ['http://10.0.0.1/', 'http.allow.cidrs'],
    ['http://[fd00::1]/', 'http.allow.cidrs'],
  ])('says how the operator allows %s', (url, option) =>
    expect(() => parseTarget(url, STRICT, 'url')).toThrow(option)
  );

  it.each(['http://169.254.169.254/', 'http://metadata.google.internal/', 'http://metadata/'])(
    'says that %s is never allowed',
    (url) => expect(() => parseTarget(url, STRICT, 'url')).toThrow('never allowed')
  );

  it('refuses http where the operator asks for https', () => {
    const policy = policyOf({}, true);
    expect(() => parseTarget('http://example.com/', policy, 'url')).toThrow('http.httpsOnly');
    expect(() => parseTarget('https://example.com/', policy, 'url')).not.toThrow();
  });
});

describe('what the operator allows', () => {
  it('is a host by name, whatever its address', () => {
    const policy = policyOf({ hosts: ['N8N.internal.', 'localhost', '::1'] });
    expect(() => parseTarget('http://n8n.internal:5678/', policy, 'url')).not.toThrow();
    expect(() => parseTarget('http://localhost:3000/', policy, 'url')).not.toThrow();
    expect(() => parseTarget('http://[::1]:3000/', policy, 'url')).not.toThrow();
    expect(checkAddress('10.0.0.5', 'N8N.internal.', policy)).toBeNull();
    expect(checkAddress('10.0.0.5', 'other.internal', policy)).toContain('a private address');
    expect(() => parseTarget('http://other.internal/', policy, 'url')).toThrow('private network');
  });

  it('is a network, for literals and for what public names resolve to', () => {
    const policy = policyOf({ cidrs: ['127.0.0.1/32', 'fd00::/8'] });
    expect(() => parseTarget('http://127.0.0.1:3000/', policy, 'url')).not.toThrow();
    expect(() => parseTarget('http://127.0.0.2:3000/', policy, 'url')).toThrow('loopback');
    expect(checkAddress('127.0.0.1', 'app.example.com', policy)).toBeNull();
    expect(checkAddress('fd12::1', 'app.example.com', policy)).toBeNull();
    expect(checkAddress('10.0.0.1', 'app.example.com', policy)).toContain('a private address');
  });

  it('is every name below a wildcard', () => {
    const policy = policyOf({ hosts: ['*.svc.cluster.local'] });
    const url = 'http://app.team.svc.cluster.local/';
    expect(() => parseTarget(url, policy, 'url')).not.toThrow();
    expect(checkAddress('10.0.0.5', 'App.Team.svc.cluster.local', policy)).toBeNull();
    expect(checkAddress('10.0.0.5', 'svc.cluster.local.evil.com', policy)).toContain('private');
    expect(() => parseTarget('http://app.other.local/', policy, 'url')).toThrow('private network');
  });

  it.each(['http://app.team.svc.cluster.local/', 'http://frontend:3000/', 'http://db.internal/'])(
    'lets the address of %s decide, once a network is allowed',
    (url) => {
      const policy = policyOf({ cidrs: ['10.0.0.0/8'] });
      const { hostname } = new URL(url);
      expect(() => parseTarget(url, policy, 'url')).not.toThrow();
      expect(checkAddress('10.96.0.7', hostname, policy)).toBeNull();
      expect(checkAddress('192.168.0.7', hostname, policy)).toContain('a private address');
    }
  );

  it('needs the name of this machine, whatever networks are allowed', () => {
    const policy = policyOf({ cidrs: ['127.0.0.0/8', '::1/128'] });
    expect(() => parseTarget('http://localhost:3000/', policy, 'url')).toThrow("['localhost']");
  });

  it('names the line of configuration that allows what is refused', () => {
    expect(checkAddress('10.0.0.5', 'frontend', policyOf({}))).toContain(
      "set http.allow.cidrs: ['10.0.0.5/32'] or http.allow.hosts: ['frontend'] in the plugin's config"
    );
    expect(() => parseTarget('http://frontend:3000/', policyOf({}), 'url')).toThrow(
      "set http.allow.hosts: ['frontend']"
    );
  });

  describe('through NAT64', () => {
    it.each(['64:ff9b::5db8:d822', '::ffff:93.184.216.34'])('reaches public names at %s', (ip) =>
      expect(checkAddress(ip, 'example.com', policyOf({}))).toBeNull()
    );

    it.each([
      ['64:ff9b::a00:1', '64:ff9b::/96'],
      ['64:ff9b:1::a00:1', '64:ff9b:1::/48'],
      ['64:ff9b:1:a00:0:100::', '64:ff9b:1::/48'],
      ['2002:a00:1::1', '2002::/16'],
      ['2001:0:a00:1::f7f7:f7f7', '2001::/32'],
      ['2001:0:808:808::f5ff:fffe', '2001::/32'],
      ['::a00:1', '::/96'],
      ['::ffff:0:a00:1', '::ffff:0:0:0/96'],
      ['2001:db9::5efe:a00:1', '2001:db9::/32'],
    ])('does not reach 10.0.0.1 at %s, though %s is allowed', (ip, cidr) => {
      const refused = checkAddress(ip, 'example.com', policyOf({ cidrs: [cidr] }));
      expect(refused).toContain('carries 10.0.0.1, a private address');
      const both = policyOf({ cidrs: [cidr, '10.0.0.0/8'] });
      expect(checkAddress(ip, 'example.com', both)).toBeNull();
    });
  });

  it('is never a metadata address, in any notation', () => {
    const policy = policyOf({
      hosts: ['evil.internal', 'metadata.google.internal'],
      cidrs: ['0.0.0.0/0', '::/0'],
    });
    const addresses = [
      '169.254.169.254',
      '169.254.170.2',
      '100.100.100.200',
      '168.63.129.16',
      'fd00:ec2::254',
      'FD00:0EC2:0:0:0:0:0:0254',
      '::ffff:169.254.169.254',
      '::a9fe:a9fe',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::1',
      'fe80::5efe:a9fe:a9fe%eth0',
    ];
    for (const ip of addresses) {
      expect(checkAddress(ip, 'evil.internal', policy)).toContain('never allowed');
    }
    expect(() => parseTarget('http://metadata.google.internal/', policy, 'url')).toThrow('never');
    expect(checkAddress('169.254.1.1', 'evil.internal', policy)).toBeNull();
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0/8',
    'private',
    '/8',
    '10.0.0.0/-1',
    '',
  ])('cannot be the network "%s"', (cidr) =>
    expect(() => policyOf({ cidrs: ['10.0.0.0/8', cidr] })).toThrow(`http.allow.cidrs: "${cidr}"`)
  );

  it.each(['', 'http://n8n.internal', 'n8n.internal:5678', 'n8n.internal/hook', '*', 'n8n.*'])(
    'cannot be the host "%s", which would never match',
    (host) => expect(() => policyOf({ hosts: [host] })).toThrow(`http.allow.hosts: "${host}"`)
  );
});

describe('for any address', () => {
  const isPublic = (ip: string) => checkAddress(ip, 'example.com', STRICT) === null;
  const ipv4 = fc.ipV4();
  const octet = fc.nat(255);

  it('refuses every private, loopback, link-local and multicast IPv4 address', () => {
    const special = fc.oneof(
      fc.tuple(fc.constantFrom('10', '127', '0', '224', '239', '240', '255'), octet),
      fc.tuple(fc.constant('172'), fc.integer({ min: 16, max: 31 })),
      fc.constantFrom(['192', 168], ['169', 254], ['198', 18], ['198', 19]),
      fc.tuple(fc.constant('100'), fc.integer({ min: 64, max: 127 }))
    );
    fc.assert(
      fc.property(special, octet, octet, ([a, b], c, d) => {
        expect(isPublic(`${a}.${b}.${c}.${d}`)).toBe(false);
      })
    );
  });

  const literal = (ip: string): boolean => checkAddress(ip, ip, policyOf({})) === null;

  it('refuses every IPv6 notation of an IPv4 address in a URL, public or not', () => {
    const prefix = fc.constantFrom('::ffff:', '::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::');
    fc.assert(
      fc.property(prefix, ipv4, (start, ip) => {
        expect(literal(`${start}${ip}`)).toBe(false);
      })
    );
  });

  it('judges what a resolver behind NAT64 answers by the IPv4 address inside', () => {
    fc.assert(
      fc.property(fc.constantFrom('::ffff:', '64:ff9b::'), ipv4, (start, ip) => {
        expect(isPublic(`${start}${ip}`)).toBe(isPublic(ip));
      })
    );
  });

  it('lets through IPv6 addresses from 2000::/3 alone', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const first = parseInt(new URL(`http://[${ip}]/`).hostname.slice(1), 16) || 0;
        if (literal(ip)) expect(first >> 13).toBe(1);
      })
    );
  });

  it('judges an address in a URL as it judges it at connect', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, fc.ipV6()), (ip) => {
        const url = ip.includes(':') ? `http://[${ip}]/` : `http://${ip}/`;
        expect(verdict({ url, expect: 'allow', why: '', stage: 'literal' })).toBe(
          isPublic(ip) ? 'allow' : 'reject'
        );
      })
    );
  });

  it('judges decimal, hex and octal IPv4 in a URL by what they mean', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (value) => {
        const dotted = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
        const verdicts = [`${value}`, `0x${value.toString(16)}`, `0${value.toString(8)}`].map(
          (host) => verdict({ url: `http://${host}/`, expect: 'allow', why: '', stage: 'literal' })
        );
        expect(new Set(verdicts)).toEqual(new Set([isPublic(dotted) ? 'allow' : 'reject']));
      })
    );
  });

  it('says why about anything, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV6(), ipv4), fc.string(), (ip, host) => {
        const reason = checkAddress(ip, host, STRICT);
        expect(reason === null || reason.length > 0).toBe(true);
      })
    );
  });
});
