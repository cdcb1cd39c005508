/**
 * Checks a signature that a receiver got against the secrets of an endpoint, without showing them.
 *
 * A signature is compared with those in the log alone: where it begins to differ from the right one would let a
 * caller find the right one for any body, character by character.
 */
import type { Core } from '@strapi/strapi';

import type { SignatureCheck, SignatureCheckInput } from '../contract';
import { CoreError } from '../../core/errors';
import { bodyBytes } from '../../core/message/payload';
import { isStorable } from '../../core/safety/text';
import { checkSignature, type SignedRequest } from '../../core/signing/check-signature';
import { bodyDifference, signatureDifference } from '../../core/signing/first-difference';
import { runtimeOf, type Runtime } from '../../runtime/runtime';
import { SECOND_MS } from '../../core/time';

export interface Rights {
  mayReadMessages: boolean;
  mayReadPayloads: boolean;
}

type Differences = Pick<SignatureCheck, 'bodyDifference' | 'signatureDiffersAt'>;

const NONE: Differences = { bodyDifference: null, signatureDiffersAt: null };
const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

export const createSignatureCheckService = ({ strapi }: { strapi: Core.Strapi }) => ({
  /** @throws CoreError NOT_FOUND; INVALID_VALUE when a header is missing. */
  async check(
    id: number,
    { headers, body }: SignatureCheckInput,
    rights: Rights
  ): Promise<SignatureCheck> {
    const runtime = runtimeOf(strapi);
    const { directory, clock } = runtime;
    await directory.refreshIfChanged();
    const endpoint = directory.endpoint(id);
    if (endpoint === undefined) throw new CoreError('NOT_FOUND', `there is no endpoint ${id}`);
    const given = headersOf(headers);
    const [messageId, timestamp, signatures] = NAMES.map((name) => {
      const value = given.get(name);
      if (value !== undefined) return value;
      throw new CoreError('INVALID_VALUE', `headers lacks ${name}`, 'headers');
    }) as [string, string, string];
    const request = { id: messageId, timestamp, signatures, body };
    const verdict = checkSignature(request, endpoint.secrets);
    const ageMs = clock.now() - Number(timestamp) * SECOND_MS;
    const isRight = verdict === 'current' || verdict === 'previous';
    return {
      verdict,
      messageId,
      ageMs: verdict === 'timestamp' ? null : ageMs,
      ...(isRight ? NONE : await differences(runtime, id, request, rights)),
    };
  },
});

/** Compares a request with the message of the log that it claims to be. */
async function differences(
  { store, redactor }: Runtime,
  endpointId: number,
  { id, timestamp, signatures, body }: SignedRequest,
  { mayReadMessages, mayReadPayloads }: Rights
): Promise<Differences> {
  const row = isStorable(id) ? await store.findMessage(id) : null;
  if (row === null || row.endpointId !== endpointId) return NONE;
  const sent = row.ownBody ?? (await store.findEvent(row.eventId))?.body;
  const isWhole = sent !== undefined && redactor.body(sent, row.redact).text === sent.text;
  const attempts = mayReadMessages ? await store.listAttempts(row.id) : [];
  const recorded = attempts.find(
    ({ request }) => request.headers['webhook-timestamp'] === timestamp
  );
  return {
    bodyDifference:
      isWhole && mayReadPayloads
        ? bodyDifference(bodyBytes(sent), Buffer.from(body, 'utf8'))
        : null,
    signatureDiffersAt: signatureDifference(
      recorded?.request.headers['webhook-signature'] ?? '',
      signatures
    ),
  };
}

/** Reads `name: value` lines, as curl and most logs write them. */
function headersOf(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/^[\s<>*'"-]*(?:H ['"])?/, ''));
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const found = /^([\w-]+)['"]?\s*[:=]\s*['"]?(.*?)['",\\\s]*$/.exec(line);
      return found ? [[(found[1] ?? '').toLowerCase(), found[2] ?? '']] : [];
    })
  );
}
