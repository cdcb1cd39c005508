import { createHmac } from 'node:crypto';

import { deadLetterJson } from './dead-letter-json';
import {
  attemptEntries,
  cancelEntries,
  creationEntry,
  logJson,
  type LogAttempt,
} from './log-entries';
import {
  flowControlKeyJson,
  queueJson,
  scheduleJson,
  topicJson,
  type QstashSchedule,
} from './resources-json';
import { messageJson, type QstashMessage } from './message-json';

const digest = (value: string): string => createHmac('sha256', 'key').update(value).digest('hex');

const message = (overrides: Partial<QstashMessage> = {}): QstashMessage => ({
  messageId: 'msg_1',
  state: 'pending',
  url: 'https://a.example',
  method: 'POST',
  headers: {},
  contentType: 'text/plain',
  body: { text: 'body', encoding: 'utf8' },
  maxRetries: 3,
  retryDelayExpression: null,
  timeoutMs: null,
  notBefore: 2_000,
  createdAt: 1_000,
  topicName: null,
  endpointName: null,
  queueName: null,
  scheduleId: null,
  callbacks: null,
  callerIp: null,
  labels: [],
  flowControl: null,
  redact: null,
  ...overrides,
});

describe('messageJson', () => {
  it('always has what clients look up without a default, and nothing that does not apply', () => {
    const empty = message({ body: { text: '', encoding: 'utf8' } });
    expect(Object.keys(messageJson(empty, digest)).sort()).toEqual(
      ['messageId', 'url', 'method', 'header', 'maxRetries', 'notBefore', 'createdAt'].sort()
    );
  });

  it('has everything that applies', () => {
    expect(
      messageJson(
        message({
          headers: { 'x-a': '1' },
          body: { text: 'AP8=', encoding: 'base64' },
          topicName: 't',
          endpointName: 'e',
          queueName: 'q',
          scheduleId: 's',
          retryDelayExpression: '1000',
          timeoutMs: 1_500,
          callerIp: '1.2.3.4',
          labels: ['a', 'b'],
          callbacks: {
            success: { url: 'https://cb.example', headers: { 'X-Cb': '1' } },
            failure: { url: 'strapi:fail' },
          },
          flowControl: { key: 'k', rate: 5 },
        }),
        digest
      )
    ).toMatchObject({
      header: { 'Content-Type': ['text/plain'], 'X-A': ['1'] },
      bodyBase64: 'AP8=',
      topicName: 't',
      endpointName: 'e',
      queueName: 'q',
      scheduleId: 's',
      retryDelayExpression: '1000',
      timeout: 1.5,
      callerIP: '1.2.3.4',
      callerIp: '1.2.3.4',
      label: 'a',
      labels: ['a', 'b'],
      callback: 'https://cb.example',
      callbackHeader: { 'X-Cb': ['1'] },
      failureCallback: 'strapi:fail',
      flowControlKey: 'k',
      rate: 5,
      period: 1,
    });
    const { body, ...limits } = messageJson(
      message({ flowControl: { key: 'k', rate: 5 }, body: { text: 'AP8=', encoding: 'base64' } }),
      digest
    );
    expect([body, 'parallelism' in limits]).toEqual([undefined, false]);
  });

  it.each([
    [{ body: true, headers: false }, `REDACTED:${digest('body')}`, '1', '2'],
    [{ body: false, headers: true }, 'body', `REDACTED:${digest('1')}`, `REDACTED:${digest('2')}`],
    [{ body: false, headers: ['x-A'] }, 'body', `REDACTED:${digest('1')}`, '2'],
  ])('shows a hash of what %j names', (redact, body, a, b) => {
    const json = messageJson(message({ redact, headers: { 'X-A': '1', 'X-B': '2' } }), digest);
    expect(json).toMatchObject({ body, header: { 'X-A': [a], 'X-B': [b] } });
  });
});

it('masks what looks like a credential, though nobody asked', () => {
  const headers = { Authorization: 'Bearer secret', 'X-Open': 'open' };
  expect(messageJson(message({ headers }), digest).header).toEqual({
    'Content-Type': ['text/plain'],
    Authorization: ['***'],
    'X-Open': ['open'],
  });
});

describe('deadLetterJson', () => {
  const letter = (last: Parameters<typeof deadLetterJson>[0]['last']) =>
    deadLetterJson({ message: message(), dlqId: '1-2', last }, digest);

  it('has the last response', () => {
    expect(
      letter({
        status: 500,
        error: null,
        headers: { 'x-a': ['1', '2'], b: '3' },
        body: { text: 'oops', encoding: 'utf8' },
      })
    ).toMatchObject({
      dlqId: '1-2',
      responseStatus: 500,
      responseHeader: { 'X-A': ['1', '2'], B: ['3'] },
      responseBody: 'oops',
    });
  });

  it.each([
    [null, { responseStatus: 0 }],
    [
      { status: null, error: 'refused', headers: null, body: null },
      { responseStatus: 0, responseBody: 'refused' },
    ],
  ])('has a status even without a response', (last, expected) => {
    expect(letter(last)).toMatchObject(expected);
  });
});

describe('the entries of the log', () => {
  const attempt = (overrides: Partial<LogAttempt> = {}): LogAttempt => ({
    status: 500,
    error: null,
    headers: { a: 'b' },
    body: { text: 'no', encoding: 'utf8' },
    startedAt: 10,
    endedAt: 20,
    delivered: false,
    isLast: true,
    ...overrides,
  });
  const states = (subject: Partial<QstashMessage>, of: Partial<LogAttempt> = {}) =>
    attemptEntries(message(subject), attempt(of)).map(({ state }) => state);

  it.each([
    ['delivered', { delivered: true, status: 200 }, ['DELIVERED', 'ACTIVE']],
    ['pending', {}, ['RETRY', 'ERROR', 'ACTIVE']],
    ['active', {}, ['RETRY', 'ERROR', 'ACTIVE']],
    ['dead', {}, ['FAILED', 'ERROR', 'ACTIVE']],
    ['dead', { isLast: false }, ['RETRY', 'ERROR', 'ACTIVE']],
    ['canceled', {}, ['ERROR', 'ACTIVE']],
    ['delivered', { isLast: false }, ['RETRY', 'ERROR', 'ACTIVE']],
  ] as const)('of an attempt of a %s message, %j', (state, of, expected) => {
    expect(states({ state }, of)).toEqual(expected);
  });

  it('say when it goes next', () => {
    const [retry] = attemptEntries(message({ notBefore: 99 }), attempt());
    expect(retry).toMatchObject({ state: 'RETRY', time: 20, nextDeliveryTime: 99 });
    expect(creationEntry(message())).toMatchObject({ time: 1_000, nextDeliveryTime: 2_000 });
  });

  it('of a cancellation are a request and its fulfilment', () => {
    expect(cancelEntries(5).map(({ state }) => state)).toEqual(['CANCELED', 'CANCEL_REQUESTED']);
  });

  it('carry the whole message, and some fields under two names', () => {
    const entries = attemptEntries(message(), attempt({ status: null, error: 'timed out' }));
    const error = entries.find(({ state }) => state === 'ERROR');
    const full = message({ timeoutMs: 500, retryDelayExpression: '1', labels: ['l'] });
    expect(logJson(full, error ?? creationEntry(full), digest)).toMatchObject({
      state: 'ERROR',
      error: 'timed out',
      body: Buffer.from('body').toString('base64'),
      timeout: 500,
      retryDelayExpr: '1',
      retryDelayExpression: '1',
      responseStatus: 0,
      responseHeader: { A: ['b'] },
      responseHeaders: { A: ['b'] },
      label: 'l',
    });
  });
});

describe('resources', () => {
  it('have the names of the QStash API', () => {
    const queue = { name: 'q', parallelism: 1, paused: false, lag: 0, createdAt: 1, updatedAt: 2 };
    expect(queueJson(queue)).toEqual(queue);
    const topic = { name: 't', createdAt: 1, updatedAt: 2 };
    const endpoints = [
      { name: null, url: 'a' },
      { name: 'n', url: 'b' },
    ];
    expect(topicJson({ ...topic, endpoints })).toEqual({
      ...topic,
      endpoints: [{ url: 'a' }, { name: 'n', url: 'b' }],
    });
    expect(
      flowControlKeyJson({
        key: 'k',
        waiting: 1,
        parallelismMax: 2,
        parallelismCount: 1,
        rateMax: 3,
        rateCount: 2,
        periodMs: 60_000,
        periodStart: 1_500,
        paused: false,
        pinnedParallelism: true,
        pinnedRate: false,
      })
    ).toEqual({
      flowControlKey: 'k',
      waitListSize: 1,
      parallelismMax: 2,
      parallelismCount: 1,
      rateMax: 3,
      rateCount: 2,
      ratePeriod: 60,
      ratePeriodStart: 1,
      isPaused: false,
      isPinnedParallelism: true,
      isPinnedRate: false,
    });
  });

  const schedule: QstashSchedule = {
    scheduleId: 'scd_1',
    cron: '0 9 * * *',
    createdAt: 1,
    destination: 'https://a.example',
    method: 'POST',
    headers: { 'test-header': 'v' },
    contentType: 'application/json',
    body: { text: '', encoding: 'utf8' },
    retries: 3,
    delayMs: null,
    timeoutMs: null,
    callbacks: null,
    callerIp: null,
    paused: false,
    queueName: null,
    flowControl: null,
    retryDelayExpression: null,
    labels: [],
    redact: null,
    lastAt: null,
    nextAt: null,
    lastStates: {},
    error: null,
  };

  it('of a schedule leave out what was not given, and say that it is not paused', () => {
    expect(scheduleJson(schedule, digest)).toEqual({
      scheduleId: 'scd_1',
      cron: '0 9 * * *',
      createdAt: 1,
      destination: 'https://a.example',
      method: 'POST',
      header: { 'Content-Type': ['application/json'], 'Test-Header': ['v'] },
      retries: 3,
      isPaused: false,
    });
  });

  it('of a schedule have its time zone in front of its cron', () => {
    const zoned = scheduleJson({ ...schedule, timezone: 'Europe/Paris', delayMs: 5_000 }, digest);
    expect(zoned).toMatchObject({ cron: 'CRON_TZ=Europe/Paris 0 9 * * *', delay: 5 });
  });
});
