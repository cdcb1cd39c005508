/**
 * The journey of one article, told as it happens: published, captured, refused twice, retried,
 * delivered. What is told is what the plugin's own log says, checked against what the receiver saw.
 */
import { bold, cyan, dim, green, red, say, yellow } from './terminal.mjs';

const POLL_MS = 50;
const DEADLINE_MS = 60_000;

export const RETRY_DELAYS_MS = [500, 1_000];

let startedAt;

/** `  1.234 s  what       detail`, the clock counting from the first line. */
export function tell(what, detail, colour = (text) => text) {
  startedAt ??= Date.now();
  const clock = ((Date.now() - startedAt) / 1_000).toFixed(3).padStart(8);
  say(`${dim(`${clock} s`)}  ${colour(what.padEnd(10))} ${detail}`);
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until `look` finds something. @throws Error naming what it waited for */
export async function until(what, look, deadlineMs = DEADLINE_MS) {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${deadlineMs / 1_000} s`);
    await wait(POLL_MS);
  }
}

function tellAttempt(attempt) {
  const answer = attempt.status ?? `${attempt.outcome}: ${attempt.error}`;
  const went = attempt.status >= 200 && attempt.status < 300;
  const detail = `#${attempt.number}: the receiver answered ${bold(answer)} in ${attempt.durationMs} ms`;
  tell('attempt', detail, went ? green : red);
}

/**
 * @param api see `demo-api.mjs`
 * @param received what the receiver got, growing
 * @returns when the message is delivered and everything about it is as promised
 * @throws Error naming what did not happen
 */
export async function showJourney(api, received) {
  const title = `Guaranteed, ${new Date().toISOString()}`;
  const article = await api.publishArticle({ title, body: 'It **will** arrive.' });
  tell('published', `article ${article.documentId} over REST`, cyan);

  const [message] = await until('the message', async () => {
    const found = await api.messagesOf(article.documentId);
    return found.length > 0 && found;
  });
  tell(
    'captured',
    `${message.event} as ${bold(message.messageId)}, in the article's transaction`,
    cyan
  );

  const finished = await follow(api, message.messageId);
  const mine = received.filter(({ messageId }) => messageId === message.messageId);
  check(finished.state === 'delivered', `the message is ${finished.state}`);
  tell('delivered', `after ${finished.retried} retries, each with the same webhook-id`, green);
  checkReceived(mine, finished);
  tell('verified', `${mine.length} signatures, by the standardwebhooks library`, green);
  return finished;
}

/** Tells each attempt once, and each wait. */
async function follow(api, messageId) {
  let told = 0;
  return until('the delivery', async () => {
    const message = await api.message(messageId);
    const news = message.attemptLog
      .filter(({ number }) => number > told)
      .sort((one, other) => one.number - other.number);
    for (const attempt of news) {
      tellAttempt(attempt);
      told = attempt.number;
    }
    if (news.length > 0 && message.state === 'pending') {
      const waitMs = Math.max(0, message.notBefore - Date.now());
      tell('retry', `in ${(waitMs / 1_000).toFixed(1)} s`, yellow);
    }
    return message.finishedAt !== null && message;
  });
}

function checkReceived(requests, message) {
  const statuses = requests.map(({ status }) => status).join(', ');
  check(statuses === '500, 500, 200', `the receiver answered ${statuses || 'nothing'}`);
  check(message.attempts === 3, `${message.attempts} attempts are recorded`);
  check(
    requests.every(({ verified }) => verified),
    'a signature did not verify'
  );
  check(requests[0]?.event === 'entry.publish', `the event was ${requests[0]?.event}`);
}

function check(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}
