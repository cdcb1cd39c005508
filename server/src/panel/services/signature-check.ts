/** Checks a signature that a receiver got against the secrets of an endpoint, without showing them. */
import type { Core } from '@strapi/strapi';

import type { SignatureCheck, SignatureCheckInput } from '../contract';
import { CoreError } from '../../core/errors';
import { checkSignature } from '../../core/signing/check-signature';
import { runtimeOf } from '../../runtime/runtime';
import { SECOND_MS } from '../../core/time';

const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

export const createSignatureCheckService = ({ strapi }: { strapi: Core.Strapi }) => ({
  /** @throws CoreError NOT_FOUND; INVALID_VALUE when a header is missing. */
  async check(id: number, { headers, body }: SignatureCheckInput): Promise<SignatureCheck> {
    const { directory, clock } = runtimeOf(strapi);
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
    return { verdict, messageId, ageMs: verdict === 'timestamp' ? null : ageMs };
  },
});

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
