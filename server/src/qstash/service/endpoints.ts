/** Converts endpoint names: optional and unique per URL group in QStash, required and unique in the panel. */
import { CoreError } from '../../core/errors';
import { MAX_ENDPOINT_NAME_LENGTH } from '../../core/message/names';
import { cutText } from '../../core/safety/text';
import { jwtAlgorithmOf } from '../../core/signing/signature-jwt';
import { parseTarget, type UrlPolicy } from '../../core/safety/url-safety';
import type { EndpointRef } from '../format/bodies';
import { INVALID_SCHEME, refusedDestination, QstashError } from '../format/error';
import type { EndpointRecord } from '../../store/types';

/** Leaves room for the number that makes a name unique. */
const MAX_URL_NAME_LENGTH = 90;
const MAX_SUFFIXED_LENGTH = 100;

const NUMBER = / \(\d+\)$/;

/** @returns null when the name was derived from the URL. */
export function nameInGroup(
  { name, url }: Pick<EndpointRecord, 'name' | 'url'>,
  topicName: string
): string | null {
  if (name.replace(NUMBER, '') === urlName(url)) return null;
  const suffix = groupSuffix(topicName);
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** @throws QstashError 409 when the name is taken, with and without the group's name. */
export function freeName(
  all: readonly EndpointRecord[],
  topicName: string,
  { name, url = '' }: EndpointRef
): string {
  const taken = new Set(all.map((endpoint) => endpoint.name));
  if (name === undefined) {
    const base = urlName(url);
    for (let number = 1; ; number += 1) {
      const candidate = number === 1 ? base : `${base} (${number})`;
      if (!taken.has(candidate)) return candidate;
    }
  }
  const free = [name, `${name}${groupSuffix(topicName)}`].find(
    (candidate) => !taken.has(candidate) && candidate.length <= MAX_ENDPOINT_NAME_LENGTH
  );
  if (free === undefined) throw new QstashError(409, `there is an endpoint named ${name} already`);
  return free;
}

/** True for an endpoint that a URL group created and nobody configured in the panel. */
export function isFromGroup(endpoint: EndpointRecord): boolean {
  const { headers, callbacks, maxParallel, timeoutMs, retryPolicy, signatures, state } = endpoint;
  return (
    [headers, callbacks, maxParallel, timeoutMs].every((own) => own === null) &&
    retryPolicy.kind === 'preset' &&
    retryPolicy.preset === 'qstash' &&
    jwtAlgorithmOf(signatures) !== null &&
    state === 'active'
  );
}

/** @throws QstashError 400, worded as for a destination. */
export function addressOf(url: string, policy: UrlPolicy): URL {
  if (!/^https?:\/\//i.test(url)) throw new QstashError(400, INVALID_SCHEME);
  try {
    return parseTarget(url, policy, 'url');
  } catch (error) {
    if (error instanceof CoreError && error.code === 'UNSAFE_URL') {
      throw refusedDestination(error, url);
    }
    throw error;
  }
}

const urlName = (url: string): string => cutText(url, MAX_URL_NAME_LENGTH);

const groupSuffix = (topicName: string): string => ` (${cutText(topicName, MAX_SUFFIXED_LENGTH)})`;
