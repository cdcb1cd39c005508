import { HOUR_MS, MINUTE_MS } from '../time';
import { alertText, type AlertFacts } from './alert-text';
import { nextTold, NOTHING_TOLD, problemsOf, type AlertRules, type Condition } from './alerts';

const NOW = 1_700_000_000_000;
const RULES: AlertRules = { endpoints: true, failedMessages: true, backlogMs: 10 * MINUTE_MS };

const condition = (its: Partial<Condition> = {}): Condition => ({
  state: 'active',
  isHeld: false,
  firstFailureAt: null,
  failed: 0,
  oldestDueAt: null,
  ...its,
});

describe('problemsOf', () => {
  it.each<[string, Partial<Condition>, string[]]>([
    ['a healthy endpoint', {}, []],
    ['a first failure', { firstFailureAt: NOW - 4 * MINUTE_MS }, []],
    ['failures for five minutes', { firstFailureAt: NOW - 5 * MINUTE_MS }, ['failing']],
    ['an open circuit breaker', { isHeld: true }, ['failing']],
    ['a disabled endpoint', { state: 'disabled', firstFailureAt: 1 }, ['disabled']],
    ['a failed message', { failed: 1 }, ['failed-messages']],
    ['a short wait', { oldestDueAt: NOW - 9 * MINUTE_MS }, []],
    ['a long wait', { oldestDueAt: NOW - 10 * MINUTE_MS }, ['backlog']],
    [
      'all of it',
      { state: 'disabled', failed: 2, oldestDueAt: 1 },
      ['disabled', 'failed-messages', 'backlog'],
    ],
  ])('of %s', (_, its, expected) => {
    expect(problemsOf(condition(its), RULES, NOW)).toEqual(expected);
  });

  it('are unknown of an endpoint that somebody paused', () => {
    expect(problemsOf(condition({ state: 'paused', failed: 3 }), RULES, NOW)).toBeNull();
  });

  it('are those that there is a rule for', () => {
    const all = condition({ state: 'disabled', failed: 2, oldestDueAt: 1 });
    const none = { endpoints: false, failedMessages: false, backlogMs: null };
    expect(problemsOf(all, none, NOW)).toEqual([]);
  });
});

describe('nextTold', () => {
  const after = (told: typeof NOTHING_TOLD, its: Partial<Condition>, now: number, rules = RULES) =>
    nextTold(told, condition(its), { rules, now });
  const failing = { isHeld: true };
  const first = after(NOTHING_TOLD, failing, NOW)!;

  it('tells a problem once, and its end at once', () => {
    expect(first).toEqual({ kinds: ['failing'], at: NOW, seenAt: NOW });
    expect(after(first, failing, NOW + 5 * HOUR_MS)).toBeNull();
    const over = after(first, {}, NOW + 1)!;
    expect(over).toEqual({ kinds: [], at: NOW, seenAt: NOW + 1 });
    expect(after(over, {}, NOW + 2)).toBeNull();
  });

  it('tells one problem an hour, and loses none', () => {
    const over = after(first, {}, NOW + 1)!;
    expect(after(over, failing, NOW + HOUR_MS - 1)).toBeNull();
    expect(after(over, failing, NOW + HOUR_MS)?.kinds).toEqual(['failing']);
    expect(after(first, { state: 'disabled' }, NOW + HOUR_MS - 1)).toBeNull();
    expect(after(first, { state: 'disabled' }, NOW + HOUR_MS)?.kinds).toEqual(['disabled']);
  });

  it('does not take the end of a rule, or a pause, for a recovery', () => {
    expect(after(first, failing, NOW + 1, { ...RULES, endpoints: false })).toBeNull();
    expect(after(first, { state: 'paused' }, NOW + 1)).toBeNull();
  });

  it('does not tell what was seen before what is told', () => {
    expect(after(first, {}, NOW - 1)).toBeNull();
  });
});

describe('alertText', () => {
  const facts: AlertFacts = {
    endpoint: { id: 1, name: 'Shop' },
    stateReason: 'The receiver answered 410 Gone.',
    firstFailureAt: NOW,
    lastError: 'HTTP 500',
    failed: 2,
    oldestDueAt: NOW,
  };

  it('names the endpoint and every problem', () => {
    expect(alertText(['disabled', 'failed-messages', 'backlog'], facts)).toEqual({
      title: 'Endpoint "Shop" is disabled',
      text: [
        'It is disabled, and its messages are on hold. The receiver answered 410 Gone.',
        '2 messages failed within the last hour.',
        'The oldest waiting message is due since 2023-11-14T22:13:20.000Z.',
      ].join('\n'),
    });
    expect(alertText(['failing'], facts).text).toBe(
      'Its messages are not delivered since 2023-11-14T22:13:20.000Z. Last error: HTTP 500.'
    );
  });

  it('names a recovery, and messages without an endpoint', () => {
    expect(alertText([], facts).title).toBe('Endpoint "Shop" has recovered');
    expect(alertText(['failed-messages'], { ...facts, endpoint: null, failed: 1 })).toEqual({
      title: 'Messages to URLs have failed',
      text: '1 message failed within the last hour.',
    });
  });
});
