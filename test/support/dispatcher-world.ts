/**
 * A world for the delivery loop, made of closures: a queue in an array, a sender that does as it is
 * told, a clock that stands still. Nothing here waits for time to pass.
 */
import type {
  ClaimedMessage,
  NewCallback,
  Outcome,
  Settled,
} from '../../server/src/core/message/message';
import {
  createDispatcher,
  type DispatcherOptions,
} from '../../server/src/delivery/loop/dispatcher';
import type {
  ClaimRequest,
  Cut,
  Handlers,
  LaneBudget,
  Log,
  Prepared,
  Router,
  Sender,
  Settle,
  Store,
} from '../../server/src/delivery/loop/ports';
import { createClock } from './clock';

export const OK: Outcome = responded(200);

export function responded(status: number): Outcome {
  return {
    kind: 'responded',
    status,
    headers: {},
    body: { text: '', encoding: 'utf8' },
    bodyTruncated: false,
  };
}

export function message(overrides: Partial<ClaimedMessage> & { id: number }): ClaimedMessage {
  return {
    messageId: `msg_${overrides.id}`,
    leaseToken: '',
    endpointId: 1,
    endpointName: 'shop',
    topicName: null,
    url: 'https://example.com/hook?token=abc',
    method: 'POST',
    lane: 'e:1',
    headers: {},
    signatures: ['standard'],
    retryPolicy: null,
    timeoutMs: null,
    retried: 0,
    attempts: 0,
    notBefore: 0,
    enqueuedAt: 0,
    sourceMessageId: null,
    event: { id: 1, name: 'entry.publish', uid: null, source: 'content', occurredAt: 0 },
    body: { text: '{}', encoding: 'utf8' },
    contentType: 'application/json',
    ...overrides,
  };
}

/** A promise, and who settles it. */
export function gate<T = void>() {
  let open!: (value: T) => void;
  let fail!: (error: Error) => void;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

const MANY_TURNS = 5_000;

/** Lets everything that can happen without the outside world happen, until this is so. */
export async function turnsUntil(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < MANY_TURNS; turn += 1) {
    if (isSo()) return;
    await Promise.resolve();
  }
  throw new Error(`not so after ${MANY_TURNS} turns: ${isSo.toString()}`);
}

/** Lets everything happen that can: for "and nothing more came of it". */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < MANY_TURNS / 10; turn += 1) await Promise.resolve();
}

/** What tests replace; each begins as what nothing is wrong with. */
interface How {
  send: (message: ClaimedMessage) => Promise<Outcome | Cut> | Outcome | Cut;
  /** Why nothing gets out. */
  problem: () => string | null;
  /** One of two ways out works, although there is a `problem`. */
  isHalfOpen: boolean;
  /** Null: no origin is limited. */
  origin: (message: ClaimedMessage) => string | null;
  /** Nothing: the request is made by the fake router. */
  prepare: (message: ClaimedMessage) => Prepared | undefined;
  callbacks: (settled: Settled) => NewCallback[];
  handle: Handlers['run'];
  /** Awaited before the store answers; what they throw, it throws. */
  beforeClaim: (request: ClaimRequest) => unknown;
  beforeSettle: (group: readonly Settled[]) => unknown;
  beforeRelease: () => unknown;
  /** Whether a settlement changed an endpoint. */
  changed: (group: readonly Settled[]) => boolean;
  /** Ids that another process has taken. */
  stolen: Set<number>;
  /** How much may be done at a time, and what follows it. */
  begins: number;
  group: number;
  rest: () => Promise<void>;
}

export function createWorld(options: Partial<DispatcherOptions> = {}) {
  const clock = createClock();
  const claims: ClaimRequest[] = [];
  const due: ClaimedMessage[] = [];
  const sent: ClaimedMessage[] = [];
  const settled: Settled[][] = [];
  const released: ClaimedMessage[] = [];
  const lines: { level: keyof Log; text: string }[] = [];
  const limits = { default: 1_000, lanes: new Map<string, number>() };
  let inClaim = 0;

  const how: How = {
    send: () => OK,
    problem: () => null,
    isHalfOpen: false,
    origin: () => null,
    prepare: () => undefined,
    callbacks: () => [],
    handle: () => Promise.resolve({ kind: 'aborted' }),
    beforeClaim: () => undefined,
    beforeSettle: () => undefined,
    beforeRelease: () => undefined,
    changed: () => false,
    stolen: new Set(),
    begins: 1_000,
    group: 1_000,
    rest: () => Promise.resolve(),
  };

  const store: Store = {
    async claim(request) {
      if (inClaim > 0) throw new Error('two claims at once');
      inClaim += 1;
      claims.push(request);
      try {
        await how.beforeClaim(request);
        return takeDue(due, request);
      } finally {
        inClaim -= 1;
      }
    },
    async release(messages) {
      await how.beforeRelease();
      released.push(...messages);
      due.push(...messages);
    },
  };

  const settle: Settle = async (group) => {
    await how.beforeSettle(group);
    settled.push([...group]);
    const ours = group.map((one) => one.message.id).filter((id) => !how.stolen.has(id));
    return { ours: new Set(ours), changed: how.changed(group) };
  };

  // The fake router hands the message to the fake sender through the request's URL.
  const byUrl = new Map<string, ClaimedMessage>();
  const router: Router = {
    laneLimits: (): LaneBudget => limits,
    originOf: (claimed) => how.origin(claimed),
    async prepare(claimed) {
      const url = `https://example.com/${claimed.messageId}`;
      byUrl.set(url, claimed);
      const prepared = how.prepare(claimed);
      if (prepared !== undefined) return prepared;
      const { method } = claimed;
      return {
        kind: 'request',
        request: { url, method, headers: {}, body: Buffer.alloc(0), timeoutMs: 1_000 },
        logged: { url, method, headers: {} },
        retryPolicy: { kind: 'list', delaysMs: [60_000] },
        jitter: 0,
      };
    },
    callbacks: (one) => how.callbacks(one),
  };
  // One listener, however many sends: an `AbortSignal` warns of the 11th.
  const aborts = new Map<AbortSignal, Promise<'aborted'>>();
  function abortOf(signal: AbortSignal): Promise<'aborted'> {
    const known = aborts.get(signal);
    if (known !== undefined) return known;
    const aborted = new Promise<'aborted'>((resolve) => {
      if (signal.aborted) resolve('aborted');
      signal.addEventListener('abort', () => resolve('aborted'));
    });
    aborts.set(signal, aborted);
    return aborted;
  }

  const sender: Sender = {
    problem: () => how.problem(),
    isCut: () => how.problem() !== null && !how.isHalfOpen,
    send(request, signal) {
      const claimed = byUrl.get(request.url);
      if (claimed === undefined) throw new Error(`nobody prepared ${request.url}`);
      sent.push(claimed);
      return Promise.race([Promise.resolve(how.send(claimed)), abortOf(signal)]);
    },
  };
  const at =
    (level: keyof Log) =>
    (text: string): void => {
      lines.push({ level, text });
    };
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };

  let tokens = 0;
  const dispatcher = createDispatcher(
    {
      store,
      settle,
      sender,
      handlers: { run: (call, signal) => how.handle(call, signal) },
      router,
      clock,
      random: () => 0.5,
      token: () => `t${(tokens += 1)}`,
      turns: {
        begins: () => how.begins,
        group: () => how.group,
        next: () => Promise.resolve(),
        rest: () => how.rest(),
      },
      log,
    },
    { slots: 100, leaseMs: 60_000, ...options }
  );

  const progress = (): number =>
    claims.length + sent.length + settled.length + released.length - dispatcher.stats().inFlight;

  /** Lets the loop run until nothing more comes of it. */
  async function idle(): Promise<void> {
    for (let before = -1; before !== progress();) {
      before = progress();
      await quiet();
    }
  }

  return {
    dispatcher: { ...dispatcher, idle },
    clock,
    claims,
    due,
    sent,
    settled,
    released,
    lines,
    limits,
    how,
    idsSent: () => sent.map(({ id }) => id),
    idsSettled: () => settled.flat().map((one) => one.message.id),
    textOf: (level: keyof Log) =>
      lines.filter((line) => line.level === level).map(({ text }) => text),
  };
}

/** Oldest first, within the lanes' budgets; what is taken is gone from the queue. */
function takeDue(due: ClaimedMessage[], { limit, token, budget }: ClaimRequest): ClaimedMessage[] {
  const left = new Map(budget.lanes);
  const taken: ClaimedMessage[] = [];
  for (let at = 0; at < due.length && taken.length < limit;) {
    const next = due[at];
    const room = next === undefined ? 0 : (left.get(next.lane) ?? budget.default);
    if (next === undefined || room <= 0) {
      at += 1;
    } else {
      left.set(next.lane, room - 1);
      taken.push({ ...next, leaseToken: token });
      due.splice(at, 1);
    }
  }
  return taken;
}
