/** Tells the receiver of an endpoint what it is believed to have. */
import { z } from 'zod';

import { parseInput } from '../../api/input';
import { CoreError } from '../../core/errors';
import { messageIdFrom } from '../../core/message/message-id';
import { isReceiverToken } from '../../core/signing/receiver-token';
import { signStandard } from '../../core/signing/signature';
import { SECOND_MS } from '../../core/time';
import { signingSecrets } from '../../delivery/engine/target';
import type { Runtime } from '../../runtime/runtime';
import type { ManifestPage } from '../contract';

const MESSAGE_ID_BYTES = 18;
const MAX_ENTRIES = 1_000;
const count = (max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.number().max(max));

const manifestQuery = z.strictObject({
  after: count(Number.MAX_SAFE_INTEGER).default(0),
  limit: count(MAX_ENTRIES).pipe(z.number().min(1)).default(MAX_ENTRIES),
});

/**
 * @param token what the receiver presents.
 * @returns the page, and headers that sign it.
 * @throws CoreError NOT_FOUND for an endpoint without a ledger, another token, or none at all;
 *   INVALID_VALUE at the field.
 */
export async function readManifest(
  { store, directory, clock, randomBytes }: Runtime,
  { endpointId, token, query }: { endpointId: number; token: string; query: unknown }
): Promise<{ body: string; headers: Record<string, string> }> {
  const endpoint = directory.endpoint(endpointId);
  if (!endpoint?.ledger || !isReceiverToken(token, signingSecrets(endpoint, clock.now()))) {
    throw new CoreError('NOT_FOUND', 'there is no such manifest for this token');
  }
  const { after, limit } = parseInput(manifestQuery, query);
  const rows = await store.pageLedger({ endpointId, uid: null, after, limit });
  const page: ManifestPage = {
    entries: rows
      .filter(({ isGone }) => !isGone)
      .map(({ uid, documentId, locale, status, updatedAt, hash, acknowledgedAt }) => ({
        contentType: uid,
        documentId,
        locale,
        status,
        updatedAt,
        hash: hash === '' ? null : hash,
        acknowledgedAt,
      })),
    next: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
  };
  const body = JSON.stringify(page);
  const id = messageIdFrom(randomBytes(MESSAGE_ID_BYTES));
  const timestamp = Math.floor(clock.now() / SECOND_MS);
  return {
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signStandard(endpoint.secrets, id, timestamp, Buffer.from(body)),
    },
  };
}
