/**
 * The receiver, in the judge's own process: it outlives every victim, answers as the round says, and
 * remembers everything it was sent, by the title of the change it is about.
 */
import { createReceiver, type Received, type Step } from '../support/receiver';
import { titleOf } from './protocol';

/** `flaky`: one title in five is refused at its first arrival. `hostile`: nothing is wanted, now or ever. */
export type Mood = 'healthy' | 'flaky' | 'hostile';

export interface Receipt {
  title: string;
  /** Null from Strapi's own webhooks, which have no id. */
  webhookId: string | null;
  body: string;
  accepted: boolean;
}

export interface MoodyReceiver {
  url: string;
  receipts: readonly Receipt[];
  setMood(mood: Mood): void;
  /** What says nothing about its entry is counted where it arrived. */
  setRound(round: number): void;
  close(): Promise<void>;
}

const ACCEPTED: Step = 200;
const LATER: Step = 503;
/** Straight to the dead letters. */
const NEVER: Step = { status: 489, headers: { 'Upstash-NonRetryable-Error': 'true' } };
const FLAKY_ONE_IN = 5;
/** Not 0: every fifth change is rolled back, and never arrives. */
const FLAKY_REMAINDER = 1;

export async function createMoodyReceiver(): Promise<MoodyReceiver> {
  const receiver = await createReceiver();
  const receipts: Receipt[] = [];
  const seen = new Set<string>();
  let mood: Mood = 'healthy';
  let round = 0;

  function accepts(title: string): boolean {
    if (mood !== 'flaky') return mood === 'healthy';
    const number = Number(/\d+$/.exec(title)?.[0] ?? 0);
    return number % FLAKY_ONE_IN !== FLAKY_REMAINDER || seen.has(title);
  }

  receiver.respondWith((request) => {
    const receipt = receiptOf(request, accepts, () => titleOf(round, 'nothing', receipts.length));
    seen.add(receipt.title);
    receipts.push(receipt);
    if (receipt.accepted) return ACCEPTED;
    return mood === 'hostile' ? NEVER : LATER;
  });

  return {
    url: `${receiver.url}/hook`,
    receipts,
    setMood(next) {
      mood = next;
    },
    setRound(next) {
      round = next;
    },
    close: () => receiver.close(),
  };
}

/**
 * A content event carries the entry; a published message is ours. Strapi's own webhooks read the entry
 * after the commit, and send `entry: null` when it is not there.
 */
function receiptOf(
  { headers, body }: Received,
  accepts: (title: string) => boolean,
  untitled: () => string
): Receipt {
  const text = body.toString('utf8');
  const payload = JSON.parse(text) as { title?: string; entry?: { name: string } | null };
  const title = payload.title ?? payload.entry?.name ?? untitled();
  const id = headers['webhook-id'];
  return {
    title,
    webhookId: id === undefined ? null : String(id),
    body: text,
    accepted: accepts(title),
  };
}
