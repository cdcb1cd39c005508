/**
 * The keys of the `Upstash-Signature` JWT: requests are signed with the current one; receivers accept
 * the current and the next, so that one rotation leaves no gap. Of key pairs (EdDSA) they read both
 * from the JWKS endpoint, and need to be told nothing.
 */
import type { Core } from '@strapi/strapi';

import type { JwkSet } from './ed25519-keys';
import { runtimeOf, type Runtime } from './runtime';

export interface SigningKeysView {
  current: string;
  next: string;
}

/** @param runtime the node it speaks for. */
export const createSigningKeys = (runtime: () => Runtime) => {
  const view = (): SigningKeysView => {
    const { jwtCurrent, jwtNext } = runtime().keys.current();
    return { current: jwtCurrent, next: jwtNext };
  };

  return {
    /** @throws Error when the keys cannot be read: `ENCRYPTION_KEY` is not the one they were stored with. */
    get: view,

    /**
     * The next key becomes the current one, a new one the next, of either algorithm: here at once, on
     * other nodes within a second. Twice without the receivers taking the new pair in between leaves
     * them without a key; those that read the JWKS take it by themselves.
     */
    async rotate(): Promise<SigningKeysView> {
      await runtime().keys.rotate();
      return view();
    },

    /** The public keys of the EdDSA signature; null while none can be read. */
    jwks: (): JwkSet | null => (runtime().keys.problem() === null ? runtime().keys.jwks() : null),

    /** Signs messages to bare URLs by Standard Webhooks, as each endpoint's own secret does its messages. */
    standardSecret: (): string => runtime().keys.current().standard,
  };
};

export type SigningKeysService = ReturnType<typeof createSigningKeys>;

export const createSigningKeysService = ({ strapi }: { strapi: Core.Strapi }): SigningKeysService =>
  createSigningKeys(() => runtimeOf(strapi));
