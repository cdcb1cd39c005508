/** One attempt at a receiver, with the request as Strapi signed it. */
import { createHmac } from 'node:crypto';

export const TIMEOUT_MS = Number(process.env.TIMEOUT_MS ?? 10_000);
export const MAX_ATTEMPTS = Number(process.env.MAX_ATTEMPTS ?? 10);
/** Requests in flight at once, to each receiver. */
export const PARALLEL = Number(process.env.PARALLEL ?? 50);

/** Receivers refuse a signature that is older than five minutes. With the endpoint's secret, each attempt is signed anew. */
const SECRET = process.env.WEBHOOK_SECRET;

/** Longer after each attempt: a second, two, four, at most five minutes. */
export const delayMs = (attempt) => Math.min(1_000 * 2 ** (attempt - 1), 300_000);

function signedNow(headers, body) {
  const timestamp = Math.floor(Date.now() / 1_000);
  const key = Buffer.from(SECRET.replace('whsec_', ''), 'base64');
  const mac = createHmac('sha256', key).update(`${headers['webhook-id']}.${timestamp}.`);
  return {
    ...headers,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${mac.update(body).digest('base64')}`,
  };
}

/**
 * @param request headers and body of a message, as they were sent
 * @returns why it failed, or null when it was delivered
 */
export async function deliver(url, { headers, body }) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: SECRET ? signedNow(headers, body) : headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer(); // frees the connection
    return response.ok ? null : `HTTP ${response.status}`;
  } catch (error) {
    return error.cause?.message ?? error.message;
  }
}
