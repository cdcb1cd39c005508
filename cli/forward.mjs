/** Sends a claimed message to a URL, as the server would. */
import { causeOf } from './admin-api.mjs';

const TIMEOUT_MS = 30_000;
/** Of a response, so much is reported. */
const MAX_BODY_LENGTH = 16_384;
const BODILESS = ['GET', 'HEAD'];

/**
 * @param {string} url
 * @param {{ method: string, headers: Record<string, string>, body: string, encoding: 'utf8' | 'base64' }} message
 * @returns {Promise<{ ms: number, report: object, status: number | null, error: string | null }>} never rejects
 */
export async function forward(url, { method, headers, body, encoding }) {
  const startedAt = performance.now();
  const elapsed = () => Math.round(performance.now() - startedAt);
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(BODILESS.includes(method) ? {} : { body: Buffer.from(body, encoding) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = (await response.text()).slice(0, MAX_BODY_LENGTH);
    const { status } = response;
    const outcome = status >= 200 && status < 300 ? 'delivered' : 'failed';
    return { ms: elapsed(), status, error: null, report: { outcome, status, body: text } };
  } catch (error) {
    const isLate = error.name === 'TimeoutError';
    const reason = isLate ? `no response in ${TIMEOUT_MS / 1_000} s` : causeOf(error);
    return {
      ms: elapsed(),
      status: null,
      error: reason,
      report: { outcome: 'failed', error: reason },
    };
  }
}
