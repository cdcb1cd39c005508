/** The judge, judged: each way of breaking a promise is found. */
import { seededRandom } from './dice';
import { titleOf, type Report } from './protocol';
import type { Receipt } from './receiver';
import { judge, type Case } from './verdict';

const ROUND = 3;
const FIRST = titleOf(ROUND, 'change', 1);
const SECOND = titleOf(ROUND, 'change', 2);
const ROLLED_BACK = titleOf(ROUND, 'rollback', 5);

const receipt = (title: string, overrides: Partial<Receipt> = {}): Receipt => ({
  title,
  webhookId: `msg_${title}`,
  body: `body of ${title}`,
  accepted: true,
  ...overrides,
});
const acknowledged = (...titles: string[]): Report => ({ kind: 'acknowledged', titles });

const DELIVERED = { delivered: 1, unheard: 0 };

const judged = (overrides: Partial<Case> = {}) =>
  judge({
    round: ROUND,
    reports: [acknowledged(FIRST, SECOND), { kind: 'rolled-back', title: ROLLED_BACK }],
    receipts: [receipt(FIRST), receipt(SECOND)],
    committed: new Set([FIRST, SECOND]),
    recorded: new Map([FIRST, SECOND].map((title) => [`msg_${title}`, DELIVERED])),
    ...overrides,
  });

const FLAWLESS = {
  committed: 2,
  rolledBack: 1,
  delivered: 2,
  lost: 0,
  phantom: 0,
  duplicated: 0,
  duplicatedUnrecorded: 0,
  duplicatedUnheard: 0,
  inconsistent: 0,
  vanished: 0,
};

it('finds nothing when nothing is wrong', () => {
  expect(judged()).toEqual(FLAWLESS);
});

it('reports as lost what was committed and never accepted', () => {
  const receipts = [receipt(FIRST), receipt(SECOND, { accepted: false })];
  expect(judged({ receipts })).toEqual({ ...FLAWLESS, delivered: 1, lost: 1 });
});

it('counts a change whose acknowledgement died with the process', () => {
  const unheard = { reports: [acknowledged(FIRST)], receipts: [receipt(FIRST)] };
  expect(judged(unheard)).toMatchObject({ committed: 2, lost: 1 });
});

it('reports as phantom what arrived and was rolled back, accepted or not', () => {
  const receipts = [receipt(FIRST), receipt(SECOND), receipt(ROLLED_BACK, { accepted: false })];
  expect(judged({ receipts })).toEqual({ ...FLAWLESS, phantom: 1 });
});

it.each([
  ['an answer that died with the process', DELIVERED, 1, 0],
  ['an answer that came too late', { delivered: 1, unheard: 1 }, 0, 1],
  ['nothing, when the first delivery was recorded', { delivered: 2, unheard: 0 }, 0, 0],
  ['nothing, when no delivery was', { delivered: 0, unheard: 0 }, 0, 0],
])('explains a duplicate by %s', (_why, attempts, duplicatedUnrecorded, duplicatedUnheard) => {
  const receipts = [receipt(FIRST), receipt(FIRST), receipt(SECOND)];
  const recorded = new Map([[`msg_${FIRST}`, attempts]]);
  const expected = { duplicated: 1, duplicatedUnrecorded, duplicatedUnheard };
  expect(judged({ receipts, recorded })).toMatchObject(expected);
});

it('does not take a retry after a refusal for a duplicate', () => {
  const receipts = [receipt(FIRST, { accepted: false }), receipt(FIRST), receipt(SECOND)];
  expect(judged({ receipts })).toEqual(FLAWLESS);
});

it.each([
  ['id', { webhookId: 'msg_other' }],
  ['bytes', { body: 'other bytes' }],
])('notices a repetition with another %s', (_what, difference) => {
  const receipts = [receipt(FIRST), receipt(FIRST, difference), receipt(SECOND)];
  expect(judged({ receipts })).toMatchObject({ inconsistent: 1 });
});

it('notices an acknowledged change that is not in the database', () => {
  expect(judged({ committed: new Set([FIRST]) })).toMatchObject({ vanished: 1, phantom: 1 });
});

it('leaves the changes of other rounds to them', () => {
  const elsewhere = titleOf(ROUND + 1, 'change', 1);
  const receipts = [receipt(FIRST), receipt(SECOND), receipt(elsewhere)];
  const committed = new Set([FIRST, SECOND, elsewhere, titleOf(ROUND + 1, 'change', 2)]);
  expect(judged({ receipts, committed })).toEqual(FLAWLESS);
});

it('makes the same choices for the same seed', () => {
  const [one, again, other] = [seededRandom(7), seededRandom(7), seededRandom(8)];
  const three = (dice: () => number) => [dice(), dice(), dice()];
  expect(three(one)).toEqual(three(again));
  expect(three(seededRandom(7))).not.toEqual(three(other));
});
