/**
 * Why an attempt failed, in one line for people: the log, the attempt's record and the health of its
 * endpoint say the same.
 */
import { redactUrl } from '../safety/redact';
import type { Attempt, Outcome } from './message';

/** A receiver writes the `Location`: a column and a log line have an end. */
const MAX_LOCATION_LENGTH = 300;

/** @param sentTo the URL that was called: a `Location` may be relative to it. */
export function failureText(outcome: Outcome, sentTo?: string): string {
  if (outcome.kind !== 'responded') return outcome.error;
  return responseError(outcome, sentTo) ?? `status ${outcome.status}`;
}

/** The error recorded with an attempt. Of responses, a redirect has one, and a refusal in a known form. */
export const errorOf = ({ outcome, request }: Pick<Attempt, 'outcome' | 'request'>) =>
  outcome.kind === 'responded' ? responseError(outcome, request.url) : outcome.error;

type Responded = Extract<Outcome, { kind: 'responded' }>;

const responseError = (outcome: Responded, sentTo: string | undefined): string | null =>
  outcome.error ?? redirectText(outcome, sentTo);

/** @returns null when the response is no redirect, or names no location. */
function redirectText({ status, headers }: Responded, sentTo: string | undefined): string | null {
  if (status < 300 || status > 399) return null;
  const [location] = Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === 'location')
    .flatMap(([, value]) => value);
  if (location === undefined || location === '') return null;
  return `status ${status}: redirects to ${shownLocation(location, sentTo)}, and redirects are not followed`;
}

function shownLocation(location: string, sentTo: string | undefined): string {
  const url = URL.canParse(location, sentTo) ? redactUrl(new URL(location, sentTo).href) : location;
  return url.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, MAX_LOCATION_LENGTH);
}
