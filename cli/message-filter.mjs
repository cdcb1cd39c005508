/** Options that choose messages, as the filter of the admin API. */
import { UsageError } from './errors.mjs';

const STATES = ['pending', 'active', 'delivered', 'dead', 'canceled'];
const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const several = (value, about) => ({ type: 'string', multiple: true, value, about });

export const FILTER_OPTIONS = {
  topic: several('NAME', 'Of this topic. Several may be given, as of the others.'),
  endpoint: several('ID', 'To this endpoint.'),
  event: several('NAME', 'Of this event: entry.publish.'),
  uid: several('UID', 'About this content type: api::article.article.'),
  state: several('STATE', `${STATES.join(', ')}.`),
  status: several('STATUS', 'Whose last response had this status; 0: none.'),
  since: {
    type: 'string',
    value: 'TIME',
    about: 'Created since: 90s, 15m, 2h, 7d ago, or 2026-11-28T03:00Z.',
  },
};

/**
 * @param {Record<string, unknown>} values
 * @param {string} command
 * @param {number} now epoch ms
 * @throws {UsageError}
 */
export function filterOf(values, command, now) {
  const { topic, endpoint, event, uid, state, status, since } = values;
  const wrong = state?.find((one) => !STATES.includes(one));
  if (wrong !== undefined) {
    throw new UsageError(`--state: "${wrong}" is none of ${STATES.join(', ')}`, command);
  }
  const filter = {
    topic,
    endpointId: numbers(endpoint, '--endpoint', command),
    event,
    uid,
    state,
    status: numbers(status, '--status', command),
    from: since === undefined ? undefined : instantOf(since, command, now),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

function numbers(texts, option, command) {
  const wrong = texts?.find((text) => !/^\d{1,9}$/.test(text));
  if (wrong !== undefined) throw new UsageError(`${option}: "${wrong}" is not a number`, command);
  return texts?.map(Number);
}

function instantOf(text, command, now) {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (unit !== undefined) return now - Number(count) * UNITS_MS[unit];
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) throw new UsageError(`--since: "${text}" is not a time`, command);
  return instant;
}

/** @returns the filter as query parameters */
export const queryOf = (filter) =>
  Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, String(value)]));
