/** Reads the stored certificate authorities and client certificate of an endpoint. */
import { createHash } from 'node:crypto';

import type { TlsIdentity } from '../../core/message/message';
import type { Crypt } from '../../host/secrets';
import type { EndpointRecord } from '../../store/types';

/** @throws UnreadableSecretError when it was encrypted with another key. */
export function readTls(
  crypt: Pick<Crypt, 'decrypt'>,
  { tls }: Pick<EndpointRecord, 'tls'>
): TlsIdentity | null {
  if (tls === null) return null;
  const text = crypt.decrypt(tls);
  const id = createHash('sha256').update(text).digest('base64url');
  return { ...(JSON.parse(text) as Omit<TlsIdentity, 'id'>), id };
}
