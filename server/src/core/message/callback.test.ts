import {
  callbacksOf,
  type CallbackBody,
  type CallbackMaking,
  type CallbackTerms,
} from './callback';
import type { ClaimedMessage, Outcome, Settled, Settlement } from './message';

const NOW = 1_767_323_045_000;

const claimed = (overrides: Partial<ClaimedMessage> = {}): ClaimedMessage => ({
  id: 7,
  messageId: 'msg_source',
  leaseToken: 't',
  endpointId: 3,
  endpointName: 'shop',
  topicName: 'orders',
  url: 'https://example.com/hook',
  method: 'POST',
  lane: 'e:3',
  headers: { 'x-tenant': 'a' },
  signatures: ['standard', 'jwt'],
  retryPolicy: null,
  timeoutMs: null,
  retried: 2,
  attempts: 2,
  notBefore: NOW - 10,
  enqueuedAt: NOW - 1_000,
  sourceMessageId: null,
  event: {
    id: 1,
    name: 'entry.publish',
    uid: 'api::a.a',
    source: 'content',
    occurredAt: NOW - 1_000,
  },
  body: { text: 'sent', encoding: 'utf8' },
  contentType: 'text/plain',
  ...overrides,
});

const responded: Outcome = {
  kind: 'responded',
  status: 500,
  headers: { 'content-type': 'text/html', 'set-cookie': ['a=1', 'b=2'] },
  body: { text: 'boom', encoding: 'utf8' },
  bodyTruncated: false,
};

const DEAD: Settlement = { to: 'dead', because: 'retries-exhausted' };
const RETRY: Settlement = { to: 'pending', because: 'retry', notBefore: NOW + 1, retried: 3 };

function settled(
  settlement: Settlement,
  { outcome = responded, message = claimed() }: { outcome?: Outcome; message?: ClaimedMessage } = {}
): Settled {
  return {
    message,
    attempt: {
      number: 3,
      startedAt: NOW - 5,
      durationMs: 5,
      outcome,
      request: { url: 'https://example.com/***', method: 'POST', headers: {} },
    },
    settlement,
    settledAt: NOW,
  };
}

const terms = (overrides: Partial<CallbackTerms> = {}): CallbackTerms => ({
  specs: { success: { url: 'https://cb.example/s' }, failure: { url: 'https://cb.example/f' } },
  url: 'https://example.com/hook?k=v',
  method: 'PUT',
  retryPolicy: { kind: 'list', delaysMs: [1, 2] },
  ...overrides,
});

let ids = 0;
const making = (maxBytes = 100_000): CallbackMaking => ({
  maxBytes,
  newMessageId: () => `msg_${(ids += 1)}`,
});

const bodyOf = (callback: { event: { body: { text: string } } } | undefined): CallbackBody =>
  JSON.parse(callback?.event.body.text ?? '{}') as CallbackBody;

describe('callbacks', () => {
  it('of an attempt that will be retried is the success callback alone', () => {
    const made = callbacksOf(settled(RETRY), terms(), making());
    expect(made.map(({ message }) => message.url)).toEqual(['https://cb.example/s']);
  });

  it('of the death are both, the failure callback with the dead-letter id', () => {
    const [success, failure] = callbacksOf(settled(DEAD), terms(), making());
    expect(success?.message.url).toBe('https://cb.example/s');
    expect(bodyOf(success)).not.toHaveProperty('dlqId');
    expect(failure?.message.url).toBe('https://cb.example/f');
    expect(bodyOf(failure).dlqId).toBe(`${NOW}-7`);
  });

  it('of a delivered message has no failure callback', () => {
    const made = callbacksOf(settled({ to: 'delivered' }), terms(), making());
    expect(made).toHaveLength(1);
  });

  it('says everything about the message and its response, in the format of the QStash API', () => {
    const [callback] = callbacksOf(
      settled(RETRY, { message: claimed({ scheduleId: 'scd_1', callerIp: '1.2.3.4' }) }),
      terms(),
      making()
    );
    expect(bodyOf(callback)).toEqual({
      status: 500,
      header: { 'Content-Type': ['text/html'], 'Set-Cookie': ['a=1', 'b=2'] },
      body: Buffer.from('boom').toString('base64'),
      retried: 2,
      maxRetries: 2,
      sourceMessageId: 'msg_source',
      topicName: 'orders',
      endpointName: 'shop',
      url: 'https://example.com/hook?k=v',
      method: 'PUT',
      sourceHeader: { 'Content-Type': ['text/plain'], 'X-Tenant': ['a'] },
      sourceBody: Buffer.from('sent').toString('base64'),
      notBefore: NOW - 10,
      createdAt: NOW - 1_000,
      scheduleId: 'scd_1',
      callerIP: '1.2.3.4',
    });
  });

  it('without a response says why', () => {
    const outcome: Outcome = { kind: 'unreachable', error: 'connect ECONNREFUSED' };
    const [callback] = callbacksOf(settled(RETRY, { outcome }), terms(), making());
    expect(bodyOf(callback)).toMatchObject({
      status: 0,
      header: {},
      body: Buffer.from('connect ECONNREFUSED').toString('base64'),
      error: 'connect ECONNREFUSED',
    });
  });

  it('is sent as it says, else as the message it is about', () => {
    const own = {
      url: 'strapi:store-reply',
      method: 'PUT',
      headers: { Authorization: 'Bearer x' },
      secretHeaders: ['Authorization'],
      timeoutMs: 5_000,
      retryPolicy: { kind: 'preset', preset: 'none' } as const,
      flowControl: { key: 'k', rate: 1 },
    };
    const source = claimed({ queue: { name: 'q', position: 9 } });
    const specs = { success: own, failure: { url: 'https://cb.example/f' } };
    const [a, b] = callbacksOf(settled(DEAD, { message: source }), terms({ specs }), making());
    expect(a?.message).toMatchObject({
      url: 'strapi:store-reply',
      method: 'PUT',
      headers: { Authorization: 'Bearer x' },
      timeoutMs: 5_000,
      retryPolicy: { kind: 'preset', preset: 'none' },
      flowControl: { key: 'k', rate: 1 },
      redact: { body: false, headers: ['Authorization'] },
    });
    expect(b?.message).toMatchObject({
      method: 'POST',
      timeoutMs: null,
      retryPolicy: { kind: 'list', delaysMs: [1, 2] },
      signatures: ['standard', 'jwt'],
      sourceMessageId: 'msg_source',
      queue: { name: 'q', position: 9 },
      flowControl: null,
      redact: null,
    });
  });

  it('has no callbacks itself but the failure callback it asks for', () => {
    const failure = { url: 'https://cb.example/ff' };
    const specs = { success: { url: 'https://cb.example/s', failure } };
    const [nested] = callbacksOf(settled(RETRY), terms({ specs }), making());
    expect(nested?.message.callbacks).toEqual({ failure });
    const [plain] = callbacksOf(settled(RETRY), terms(), making());
    expect(plain?.message.callbacks).toBeNull();
  });

  it('hides its body when the message it is about hides anything', () => {
    const message = claimed({ redact: { body: false, headers: ['X-Tenant'] } });
    const [callback] = callbacksOf(settled(RETRY, { message }), terms(), making());
    expect(callback?.message.redact).toEqual({ body: true, headers: [] });
  });

  it('is cut to the limit, the response last, and says so', () => {
    const message = claimed({ body: { text: 'x'.repeat(5_000), encoding: 'utf8' } });
    const outcome: Outcome = { ...responded, body: { text: 'y'.repeat(900), encoding: 'utf8' } };
    const [callback] = callbacksOf(settled(RETRY, { message, outcome }), terms(), making(3_000));
    const body = bodyOf(callback);
    expect(Buffer.byteLength(callback?.event.body.text ?? '')).toBeLessThanOrEqual(3_000);
    expect(Buffer.from(body.body, 'base64').toString()).toBe('y'.repeat(900));
    expect(body).not.toHaveProperty('bodyTruncated');
    expect(body.sourceBodyTruncated).toBe(true);
    expect(Buffer.from(body.sourceBody, 'base64').toString()).toMatch(/^x{500,}$/);
  });

  it('says when the response was cut, by the sender or by the limit', () => {
    const sender = { ...responded, bodyTruncated: true };
    const [first] = callbacksOf(settled(RETRY, { outcome: sender }), terms(), making());
    expect(bodyOf(first).bodyTruncated).toBe(true);
    const long: Outcome = { ...responded, body: { text: 'y'.repeat(9_000), encoding: 'utf8' } };
    const [second] = callbacksOf(settled(RETRY, { outcome: long }), terms(), making(3_000));
    expect(bodyOf(second)).toMatchObject({ bodyTruncated: true, sourceBodyTruncated: true });
    expect(Buffer.byteLength(second?.event.body.text ?? '')).toBeLessThanOrEqual(3_000);
  });
});
