/**
 * Encrypts signing secrets, secret headers and callbacks at rest, with Strapi's `admin::encryption`
 * (AES-256-GCM, key from `ENCRYPTION_KEY`).
 *
 * Stored text begins with `enc:`, or with `plain:` if there was no key. A value that cannot be decrypted is a
 * separate error, so the endpoint is put on hold instead of sending without a signature.
 */
import type { Core } from '@strapi/strapi';

import { isFunction, type Internal } from './strapi-internals';

const ENCRYPTED = 'enc:';
const PLAIN = 'plain:';

export class UnreadableSecretError extends Error {
  override readonly name = 'UnreadableSecretError';
}

export interface Crypt {
  encrypt(text: string): string;
  /** @throws UnreadableSecretError when the text was encrypted with another key. */
  decrypt(stored: string): string;
  /** False without an `ENCRYPTION_KEY`: secrets are stored unencrypted. */
  readonly available: boolean;
}

interface EncryptionService {
  encrypt(text: string): string | null;
  decrypt(text: string): string | null;
}

const encryptionOf = (strapi: Core.Strapi): EncryptionService =>
  strapi.service('admin::encryption') as EncryptionService;

export const SECRETS_INTERNALS: readonly Internal[] = [
  {
    name: "encrypt and decrypt of strapi.service('admin::encryption')",
    affects: 'secrets',
    isThere(strapi) {
      const { encrypt, decrypt } = encryptionOf(strapi);
      return isFunction(encrypt) && isFunction(decrypt);
    },
  },
];

export function createCrypt(strapi: Core.Strapi): Crypt {
  const available = Boolean(strapi.config.get('admin.secrets.encryptionKey'));
  const service = (): EncryptionService => encryptionOf(strapi);

  return {
    available,

    encrypt(text) {
      const encrypted = available ? service().encrypt(text) : null;
      return encrypted === null ? PLAIN + text : ENCRYPTED + encrypted;
    },

    decrypt(stored) {
      if (stored.startsWith(PLAIN)) return stored.slice(PLAIN.length);
      const text =
        available && stored.startsWith(ENCRYPTED)
          ? service().decrypt(stored.slice(ENCRYPTED.length))
          : null;
      if (text === null) {
        throw new UnreadableSecretError(
          'a stored secret cannot be decrypted: ENCRYPTION_KEY is missing or is not the one it was stored with'
        );
      }
      return text;
    },
  };
}
