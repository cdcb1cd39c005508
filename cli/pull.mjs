/** Claims and settles the messages of an endpoint with the URL `pull:`. */
import { causeOf } from './admin-api.mjs';
import { CliError } from './errors.mjs';

/** Below what proxies wait for. */
const WAIT_S = 20;
const MAX_MESSAGES = 10;
const PATIENCE_MS = 10_000;

/** Strapi does not answer, or not with success: it may later. */
export class Unavailable extends Error {}

/** Somebody has removed the endpoint. */
export class EndpointGone extends CliError {}

/**
 * @param {URL} url of the endpoint's two calls
 * @param {string} token of its receiver
 */
export function createPull(url, token) {
  /** @throws {Unavailable | CliError} */
  async function call(what, body, signal) {
    const target = new URL(`${url.pathname}/${what}`, url);
    let response;
    try {
      response = await fetch(target, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal,
      });
      const text = await response.text();
      if (response.ok) return JSON.parse(text);
    } catch (error) {
      signal.throwIfAborted();
      throw new Unavailable(`${url.origin} cannot be reached: ${causeOf(error)}`);
    }
    if (response.status === 404) throw new EndpointGone('the endpoint was removed');
    throw new Unavailable(`${url.origin} responded with status ${response.status}`);
  }

  return {
    /** @param {AbortSignal} signal ends the wait: what was claimed meanwhile is given to others */
    async claim(signal) {
      const { messages } = await call('claim', { max: MAX_MESSAGES, waitS: WAIT_S }, signal);
      return messages;
    },

    settle: (reports) => call('settle', reports, AbortSignal.timeout(PATIENCE_MS)),
  };
}
