/**
 * Validates TLS settings when they are saved. At the next connection, an error would read as an
 * unreachable receiver.
 */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';

import { CoreError } from '../../core/errors';
import type { TlsIdentity } from '../../core/message/message';

type Pems = Omit<TlsIdentity, 'id'>;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** @throws CoreError `INVALID_CERTIFICATE`, field `<field>.ca`, `.certificate` or `.privateKey`. */
export function assertUsable(tls: Pems, field: string): void {
  const { ca, certificate, privateKey } = tls;
  if (ca !== null) certificatesOf(ca, `${field}.ca`);
  if (certificate !== null) assertPair(certificate, privateKey, field);
  else if (privateKey !== null) {
    throw invalid(`${field}.certificate`, 'is missing: the private key is of no use without it');
  }
  try {
    createSecureContext(contextOf(tls));
  } catch (error) {
    // OpenSSL refuses short keys and weak digests.
    throw invalid(field, `is refused by TLS: ${reasonOf(error)}`);
  }
}

/** @returns the earliest expiry, epoch ms. */
export function expiryOf({ ca, certificate }: Pems): number {
  const all = [ca, certificate].flatMap((pem) => pem?.match(CERTIFICATE) ?? []);
  return Math.min(...all.map((pem) => Date.parse(new X509Certificate(pem).validTo)));
}

function assertPair(certificate: string, privateKey: string | null, field: string): void {
  const [own] = certificatesOf(certificate, `${field}.certificate`);
  if (privateKey === null)
    throw invalid(`${field}.privateKey`, 'is missing: a certificate needs it');
  const key = keyOf(privateKey, `${field}.privateKey`);
  if (own?.checkPrivateKey(key) !== true) {
    throw invalid(`${field}.privateKey`, 'does not belong to the (first) certificate');
  }
}

function certificatesOf(pem: string, field: string): X509Certificate[] {
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) {
    throw invalid(field, 'is not PEM: it must hold -----BEGIN CERTIFICATE-----');
  }
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw invalid(field, `cannot be read (certificate ${index + 1}): ${reasonOf(error)}`);
    }
  });
}

function keyOf(pem: string, field: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE') {
      throw invalid(field, 'has a passphrase: store it without one, it is encrypted here');
    }
    throw invalid(field, 'is not a private key in PEM: it must hold -----BEGIN PRIVATE KEY-----');
  }
}

const contextOf = ({ ca, certificate, privateKey }: Pems) => ({
  ...(ca !== null && { ca }),
  ...(certificate !== null && { cert: certificate }),
  ...(privateKey !== null && { key: privateKey }),
});

const invalid = (field: string, problem: string): CoreError =>
  new CoreError('INVALID_CERTIFICATE', `${field} ${problem}`, field);

/** OpenSSL's reason. The message may quote the key. */
const reasonOf = (error: unknown): string =>
  (error as { reason?: string }).reason ?? 'it is damaged, or of an unknown kind';
