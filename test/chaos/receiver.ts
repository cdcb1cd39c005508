/**
 * The receiver, in the judge's own process: it outlives every victim, answers as the round says, and
 * remembers everything it was sent, by the title of the change it is about.
 */
import { createReceiver, type Received, type Step } from '../support/receiver';

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
  close(): Promise<void>;
}

const ACCEPTED: Step = 200;
const LATER: Step = 503;
/** Straight to the dead letters. */
const NEVER: Step = { status: 489, headers: { 'Upstash-NonRetryable-Error': 'true' } };
const FLAKY_ONE_IN = 5;

export async function createMoodyReceiver(): Promise<MoodyReceiver> {
  const receiver = await createReceiver();
  const receipts: Receipt[] = [];
  const seen = new Set<string>();
  let mood: Mood = 'healthy';

  function accepts(title: string): boolean {
    if (mood !== 'flaky') return mood === 'healthy';
    const number = Number(/\d+$/.exec(title)?.[0] ?? 0);
    return number % FLAKY_ONE_IN !== 0 || seen.has(title);
  }

  receiver.respondWith((request) => {
    const receipt = receiptOf(request, accepts);
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
    close: () => receiver.close(),
  };
}

/** A content event carries the entry; a published message is ours. */
function receiptOf({ headers, body }: Received, accepts: (title: string) => boolean): Receipt {
  const text = body.toString('utf8');
  const payload = JSON.parse(text) as { title?: string; entry?: { name: string } };
  const title = payload.title ?? payload.entry?.name ?? '';
  const id = headers['webhook-id'];
  return {
    title,
    webhookId: id === undefined ? null : String(id),
    body: text,
    accepted: accepts(title),
  };
}
