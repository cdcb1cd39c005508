/**
 * How many deliveries in a row led to a message.
 *
 * Every request carries the number in a header. A receiver that publishes to this plugin and passes the
 * header on (an endpoint whose URL is a publish URL does) adds one, so a loop comes to an end.
 */
import { CoreError } from '../errors';

export const HOPS_HEADER = 'Guaranteed-Webhooks-Hops';

/** A group with two endpoints that lead back to it makes 2^8 messages at the last hop. */
export const MAX_HOPS = 8;

/** Of a message nobody's delivery led to, the request is the first hop. */
const FIRST = 1;

type Headers = Readonly<Record<string, string | undefined>>;

/** @param headers of a message. @returns the hop that its request is. */
export const hopOf = (headers: Headers): number => read(headers[HOPS_HEADER]) ?? FIRST;

/** @returns headers of a message that a request of this hop caused. */
export const afterHop = (hop: number): Record<string, string> => ({
  [HOPS_HEADER]: String(hop + 1),
});

/**
 * @param headers of a request to publish, names in lower case.
 * @returns headers of the message: none when no delivery led to the request.
 * @throws CoreError `TOO_MANY_HOPS`.
 */
export function hopHeaders(headers: Headers): Record<string, string> {
  const hop = read(headers[HOPS_HEADER.toLowerCase()]);
  if (hop === null) return {};
  if (hop < MAX_HOPS) return afterHop(hop);
  throw new CoreError(
    'TOO_MANY_HOPS',
    `${hop} deliveries in a row led to this message (${HOPS_HEADER}); at most ${MAX_HOPS} may: ` +
      'a receiver publishes what it receives back to where it came from'
  );
}

function read(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
