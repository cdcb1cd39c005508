/** Compares a whole endpoint, as it is wanted, with the stored one. */
import { redactUrl } from '../core/safety/redact';
import { DAY_MS } from '../core/time';
import type { Runtime } from '../runtime/runtime';
import type { EndpointRecord, EndpointWrite, TopicRecord } from '../store/types';
import { differences, isSameSealed, isSameSet, type FieldChange } from './differences';
import { newEndpoint } from './new-endpoint';
import type { EndpointInput } from './types';

/** How long a replaced secret signs beside the new one: a day, to deploy the new one everywhere. */
export const DEFAULT_OVERLAP_MS = DAY_MS;

/** Settings that are neither encrypted nor names of others. A shape is compared by its own rules. */
export const PLAIN_SETTINGS = [
  'method',
  'retryPolicy',
  'jitterPercent',
  'finalStatuses',
  'timeoutMs',
  'signatures',
  'signatureHeader',
  'ignoredActors',
  'documentLimit',
  'cloudEvents',
  'maxParallel',
  'delivery',
  'rateLimit',
  'ledger',
  'reconcile',
  'filter',
] as const;
const SEALED = ['headers', 'callbacks', 'tls', 'credentials'] as const;

export interface EndpointChanges {
  /** Empty: nothing differs. */
  write: Partial<EndpointWrite>;
  changes: FieldChange[];
}

/** A new endpoint: its columns, and the secret when one was made. */
export interface WantedEndpoint {
  write: EndpointWrite;
  secret: string;
  isOwnSecret: boolean;
}

/** @throws CoreError naming the field. */
export async function wantedEndpoint(
  runtime: Runtime,
  input: EndpointInput,
  topics: readonly TopicRecord[]
): Promise<WantedEndpoint> {
  const made = await newEndpoint(runtime, input, topics);
  return { ...made, isOwnSecret: input.secret !== undefined };
}

/** A field that is absent in the input has its default; an absent secret is kept. */
export function endpointChanges(
  runtime: Runtime,
  { write: wanted, secret, isOwnSecret }: WantedEndpoint,
  stored: EndpointRecord,
  nameOfTopic: (id: number) => string
): EndpointChanges {
  const shown = differences(wanted, stored, PLAIN_SETTINGS);
  const sealed = SEALED.filter((name) => !isSameSealed(runtime.crypt, wanted[name], stored[name]));
  const changes: FieldChange[] = [];
  const write: Partial<EndpointWrite> = {};
  if (wanted.url !== stored.url) {
    changes.push({ field: 'url', from: redactUrl(stored.url), to: redactUrl(wanted.url) });
    write.url = wanted.url;
  }
  for (const field of shown) {
    changes.push({ field, from: stored[field], to: wanted[field] });
    Object.assign(write, { [field]: wanted[field] });
  }
  // The options of a format may contain a credential.
  for (const field of [...differences(wanted, stored, ['shape']), ...sealed]) {
    changes.push({ field });
    Object.assign(write, { [field]: wanted[field] });
  }
  if (!isSameSet(wanted.topicIds, stored.topicIds)) {
    const [from, to] = [stored, wanted].map(({ topicIds }) => topicIds.map(nameOfTopic).sort());
    changes.push({ field: 'topics', from, to });
    write.topicIds = wanted.topicIds;
  }
  const sealedSecret = runtime.crypt.encrypt(secret);
  if (isOwnSecret && !isSameSealed(runtime.crypt, sealedSecret, stored.secret)) {
    changes.push({ field: 'secret' });
    Object.assign(write, rotated(runtime, stored, sealedSecret));
  }
  return { write, changes };
}

const rotated = ({ clock }: Runtime, stored: EndpointRecord, secret: string) => ({
  secret,
  previousSecret: stored.secret,
  previousSecretUntil: clock.now() + DEFAULT_OVERLAP_MS,
});
