/** Converts TLS settings of an endpoint: input to encrypted text, and back to a view without the private key. */
import type { EndpointInput, EndpointTlsView } from './types';
import { isTlsUrl } from '../core/brokers/broker-url';
import { CoreError } from '../core/errors';
import type { TlsIdentity } from '../core/message/message';
import { readTls } from '../delivery/engine/endpoint-tls';
import { assertUsable, expiryOf } from '../delivery/http/tls-identity';
import type { EndpointRecord } from '../store/types';
import { UnreadableSecretError, type Crypt } from '../host/secrets';

type Pems = Omit<TlsIdentity, 'id'>;
type Stored = Pick<EndpointRecord, 'tls'>;

/**
 * @returns the column's value: null for the defaults.
 * @throws CoreError naming the field.
 */
export function tlsText(
  crypt: Crypt,
  { tls, url }: Pick<EndpointInput, 'tls' | 'url'>,
  stored: Stored | undefined
): string | null {
  const complete = completed(crypt, tls ?? {}, stored);
  if (complete.ca === null && complete.certificate === null && complete.privateKey === null) {
    return null;
  }
  if (!isTlsUrl(url)) {
    const scheme = url.slice(0, url.indexOf(':') + 1);
    throw new CoreError('INVALID_CERTIFICATE', `tls is of no use to an ${scheme} URL`, 'tls');
  }
  assertUsable(complete, 'tls');
  return crypt.encrypt(JSON.stringify(complete));
}

/** Omits the private key. Settings that cannot be decrypted are shown as none; the endpoint's `problem` says why. */
export function tlsView(crypt: Crypt, endpoint: Stored): EndpointTlsView | null {
  const tls = readable(crypt, endpoint);
  if (tls === null) return null;
  const { ca, certificate, privateKey } = tls;
  return { ca, certificate, hasPrivateKey: privateKey !== null, expiresAt: expiryOf(tls) };
}

/** Keeps the stored private key when none is given, and drops it with its certificate. */
function completed(
  crypt: Crypt,
  input: NonNullable<EndpointInput['tls']>,
  stored: Stored | undefined
): Pems {
  const { ca = null, certificate = null, privateKey = null } = input;
  const known = certificate === null || stored === undefined ? null : readable(crypt, stored);
  return { ca, certificate, privateKey: privateKey ?? known?.privateKey ?? null };
}

function readable(crypt: Crypt, endpoint: Stored): TlsIdentity | null {
  try {
    return readTls(crypt, endpoint);
  } catch (error) {
    if (!(error instanceof UnreadableSecretError)) throw error;
    return null;
  }
}
