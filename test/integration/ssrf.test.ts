/**
 * The SSRF corpus over real sockets: DNS that answers as each case says, the sender that production
 * uses, and traps on this machine's own addresses that must stay silent.
 *
 * Nothing leaves the machine. Answers the corpus calls public are played by 127.0.1.0/24, the one
 * network the policy lets through; its loopback, private and metadata answers are what they are.
 */
import { isIP } from 'node:net';

import corpus from '../support/ssrf-corpus.json';
import type { Outcome } from '../../server/src/core/message/message';
import type { OutgoingRequest } from '../../server/src/core/message/request';
import { settlementAfter } from '../../server/src/core/message/outcome';
import {
  checkAddress,
  createUrlPolicy,
  parseTarget,
} from '../../server/src/core/safety/url-safety';
import { createGuardedLookup, type ResolveAll } from '../../server/src/delivery/http/agent';
import { refusalOfName } from '../../server/src/delivery/http/name-refusal';
import { createSender } from '../../server/src/delivery/http/sender';
import { createTrap, PUBLIC_NETWORK, standIn, type Trap } from '../support/ssrf-world';

interface Case {
  url: string;
  expect: 'allow' | 'reject';
  why: string;
  stage: string;
  resolvesTo?: string[];
  resolvesToSequence?: string[][];
  redirect?: { status: number; location: string };
}
const cases = corpus as unknown as Case[];
const ofStage = (...stages: string[]) => cases.filter(({ stage }) => stages.includes(stage));

const STRICT = createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } });
const POLICY = createUrlPolicy({
  httpsOnly: false,
  allow: { hosts: [], cidrs: [PUBLIC_NETWORK] },
});
const TIMEOUT_MS = 5_000;

let trap: Trap;
beforeAll(async () => {
  trap = await createTrap();
});
afterAll(() => trap.close());

const closing: (() => Promise<void>)[] = [];
beforeEach(() => trap.reset());
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A sender whose resolver gives these answers, one after the other; the last one stays. */
function world(answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const resolveAll: ResolveAll = (hostname, _options, callback) => {
    const answer = answers[Math.min(asked.push(hostname), answers.length) - 1] ?? [];
    callback(
      null,
      answer.map((address) => ({ address, family: isIP(address) }))
    );
  };
  const sender = createSender({ urlPolicy: POLICY, maxResponseBytes: 1_000, resolveAll });
  closing.push(() => sender.close());
  return {
    asked,
    problem: sender.addressProblem,
    send: async (url: string): Promise<Outcome> => {
      const outcome = await sender.send(requestTo(url), new AbortController().signal);
      if (outcome === 'aborted' || outcome.kind === 'cut') throw new Error('nobody aborted it');
      return outcome;
    },
  };
}

const requestTo = (url: string): OutgoingRequest => ({
  url,
  method: 'POST',
  headers: { 'content-type': 'text/plain', 'webhook-id': 'msg_1' },
  body: Buffer.from('the signed body'),
  timeoutMs: TIMEOUT_MS,
});

/** The same host and path, on the port where the traps listen and without TLS: the address is what is judged. */
function onTrapPort(url: string): string {
  const moved = new URL(url);
  moved.protocol = 'http:';
  moved.port = String(trap.port);
  return moved.href;
}

const playable = (url: string): boolean => URL.canParse(url) && /^https?:/.test(url);

describe('a name that resolves', () => {
  it.each(ofStage('resolve').filter(({ expect }) => expect === 'allow'))(
    'to $resolvesTo is called: $why',
    async ({ url, resolvesTo = [] }) => {
      const { send } = world([resolvesTo.map(standIn)]);
      const outcome = await send(onTrapPort(parseTarget(url, POLICY, 'url').href));
      expect(outcome).toMatchObject({ kind: 'responded', status: 200 });
      expect(trap.seen()).toHaveLength(1);
      expect(trap.seen()[0]?.address).toMatch(/^127\.0\.1\./);
    }
  );

  it.each(
    ofStage('resolve').filter(
      ({ expect, resolvesTo }) => expect === 'reject' && resolvesTo?.length !== 0
    )
  )('to $resolvesTo is blocked before a socket: $why', async ({ url, resolvesTo = [] }) => {
    const { send, asked } = world([resolvesTo.map(standIn)]);
    const outcome = await send(onTrapPort(url));
    expect(outcome).toEqual({
      kind: 'blocked',
      error: expect.stringContaining(`${asked[0]} resolves to `) as string,
    });
    // Waits for the next attempt like any failure: the name may resolve elsewhere by then.
    expect(settleOf(outcome)).toMatchObject({ to: 'pending', because: 'retry' });
    expect(trap.seen()).toEqual([]);
  });

  it('to nothing fails, and is retried', async () => {
    const { send } = world([[]]);
    const outcome = await send(onTrapPort('https://empty.example.com/hook'));
    expect(outcome).toMatchObject({ kind: 'unreachable' });
    expect(settleOf(outcome)).toMatchObject({ to: 'pending', because: 'retry' });
    expect(trap.seen()).toEqual([]);
  });

  it('names the option that would allow it in the attempt', async () => {
    const { send } = world([['127.0.0.1']]);
    expect(await send(onTrapPort('https://localtest.me/hook'))).toMatchObject({
      error: expect.stringMatching(/http\.allow\.cidrs: .* http\.allow\.hosts: /) as string,
    });
  });
});

describe('a literal or private name, had it passed the check at save', () => {
  const rejected = ofStage('literal', 'host').filter(
    ({ url, expect }) => expect === 'reject' && playable(url)
  );

  it('covers most of the corpus', () => expect(rejected.length).toBeGreaterThan(70));

  it.each(rejected)('is blocked at connect: $url', async ({ url, resolvesTo }) => {
    const { send } = world([resolvesTo ?? ['127.0.0.1']]);
    expect(await send(onTrapPort(url))).toMatchObject({ kind: 'blocked' });
    expect(trap.seen()).toEqual([]);
  });

  // What may be called is not called by a test: the same judge, without the socket.
  it.each(ofStage('literal').filter(({ expect }) => expect === 'allow'))(
    'is let through where it is public: $url',
    ({ url }) => {
      const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
      expect(checkAddress(host, host, STRICT)).toBeNull();
    }
  );
});

describe('a name that rebinds', () => {
  it.each(ofStage('connect').filter(({ url }) => !url.includes('keepalive')))(
    'is judged again at each attempt: $why',
    async ({ url, resolvesToSequence = [] }) => {
      const { send, asked } = world(resolvesToSequence.map((answer) => answer.map(standIn)));
      trap.closeAfterEach(true);
      const kinds: string[] = [];
      while (kinds.length < resolvesToSequence.length) {
        kinds.push((await send(onTrapPort(url))).kind);
      }
      expect(kinds.slice(0, -1).every((kind) => kind === 'responded')).toBe(true);
      expect(kinds.at(-1)).toBe('blocked');
      // Asked once per attempt: what was judged is what was connected to.
      expect(asked).toHaveLength(resolvesToSequence.length);
      expect(trap.seen()).toHaveLength(resolvesToSequence.length - 1);
    }
  );

  it('gains nothing from a pooled connection; a new one is checked again', async () => {
    const { send, asked } = world([['127.0.1.1'], ['10.0.0.1']]);
    const url = onTrapPort('https://keepalive.example.com/hook');
    expect(await send(url)).toMatchObject({ status: 200 });
    // Free again in the next turn of the event loop.
    await new Promise(setImmediate);
    trap.closeAfterEach(true);
    expect(await send(url)).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(1);
    expect(trap.seen().map(({ address }) => address)).toEqual(['127.0.1.1', '127.0.1.1']);
    expect(await send(url)).toMatchObject({ kind: 'blocked' });
    expect(asked).toHaveLength(2);
  });

  it('gains nothing from many connections at once that resolve differently', async () => {
    const flips = Array.from({ length: 20 }, (_, n) => [n % 2 === 0 ? '127.0.1.1' : '127.0.0.1']);
    const { send } = world(flips);
    const url = onTrapPort('https://flood.example.com/hook');
    const outcomes = await Promise.all(flips.map(() => send(url)));
    const kinds = outcomes.map(({ kind }) => kind).sort();
    expect(kinds.join(' ')).toBe(`${'blocked '.repeat(10)}${'responded '.repeat(10)}`.trim());
    expect(new Set(trap.seen().map(({ address }) => address))).toEqual(new Set(['127.0.1.1']));
  });
});

describe('IPv6', () => {
  it.each([
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    'fe80::1',
    'fe80::1%lo',
    'fc00::1',
    'fec0::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::1',
    '2001::1',
    '100::1',
    '5f00::1',
  ])('%s as an answer is blocked', async (address) => {
    const { send } = world([[address]]);
    expect(await send(onTrapPort('https://six.example.com/'))).toMatchObject({ kind: 'blocked' });
    expect(trap.seen()).toEqual([]);
  });

  it('is called when the operator allows it, which shows that the trap works', async () => {
    const urlPolicy = createUrlPolicy({
      httpsOnly: false,
      allow: { hosts: [], cidrs: ['::1/128'] },
    });
    const sender = createSender({ urlPolicy, maxResponseBytes: 100 });
    closing.push(() => sender.close());
    const url = `http://[::1]:${trap.port}/`;
    const { signal } = new AbortController();
    expect(await sender.send(requestTo(url), signal)).toMatchObject({ status: 200 });
    expect(await sender.send(requestTo(url.replace('[::1]', '127.0.0.1')), signal)).toMatchObject({
      kind: 'blocked',
    });
    expect(trap.seen().map(({ address }) => address)).toEqual(['::1']);
  });
});

describe('a redirect', () => {
  it.each(ofStage('redirect'))(
    'of $redirect.status to $redirect.location is a failed attempt that shows it: $why',
    async ({ url, redirect }) => {
      const { status, location } = redirect ?? { status: 0, location: '' };
      const { send, asked } = world([['127.0.1.1']]);
      trap.respondWith(status, { location: onTrapPort(new URL(location, url).href) });
      const outcome = await send(onTrapPort(url));
      expect(outcome).toMatchObject({ kind: 'responded', status });
      expect(settleOf(outcome)).toMatchObject({ to: 'pending', because: 'retry' });
      expect(trap.seen().map(({ path }) => path)).toEqual(['/redirect']);
      expect(asked).toEqual(['example.com']);
    }
  );
});

function settleOf(outcome: Outcome) {
  const state = {
    retried: 0,
    retryPolicy: { kind: 'preset', preset: 'standard' } as const,
    jitter: 0,
    endpointId: 1,
  };
  return settlementAfter(outcome, state, { now: 0, random: 0.5 });
}

describe('before anything is sent', () => {
  it('a name is judged by every address it has', async () => {
    const refused = world([['93.184.216.34', '127.0.0.1'].map(standIn)]);
    expect(await refused.problem('https://example.com/')).toContain(
      'example.com resolves to 127.0.0.1'
    );
    const allowed = world([['93.184.216.34'].map(standIn)]);
    expect(await allowed.problem('https://example.com/')).toBeNull();
  });

  it('a name server that does not answer is not waited for', async () => {
    const silent = createGuardedLookup(POLICY, () => undefined);
    expect(await refusalOfName('example.com', silent, 1)).toBeNull();
  });
});
