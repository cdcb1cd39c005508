/**
 * Keys of the installation, made once and kept encrypted in Strapi's store: the Standard Webhooks
 * secret that signs messages published to a bare URL (endpoints have their own), and the current
 * and next key of the `Upstash-Signature` JWT.
 */
import type { Core } from '@strapi/strapi';

import { newSecret } from '../core/signature';
import { messageIdFrom } from '../core/message-id';
import { PLUGIN_ID } from '../plugin-id';
import { UnreadableSecretError, type Crypt } from './secrets';

const SECRET_BYTES = 32;
const JWT_KEY_BYTES = 21;

export interface SigningKeys {
  /** `whsec_…` */
  standard: string;
  /** `sig_…` */
  jwtCurrent: string;
  jwtNext: string;
}

interface Dependencies {
  strapi: Core.Strapi;
  crypt: Crypt;
  randomBytes: (length: number) => Buffer;
}

export function createKeys({ strapi, crypt, randomBytes }: Dependencies) {
  const record = strapi.store!({ type: 'plugin', name: PLUGIN_ID, key: 'signing-keys' });
  let keys: SigningKeys | undefined;
  let problem: string | null = 'the signing keys have not been read yet';

  const newJwtKey = (): string => messageIdFrom(randomBytes(JWT_KEY_BYTES)).replace('msg_', 'sig_');

  async function read(): Promise<SigningKeys | undefined> {
    const stored = (await record.get()) as string | null;
    return stored === null ? undefined : (JSON.parse(crypt.decrypt(stored)) as SigningKeys);
  }

  async function readOrMake(): Promise<SigningKeys> {
    const stored = await read();
    if (stored !== undefined) return stored;
    const fresh: SigningKeys = {
      standard: newSecret(randomBytes(SECRET_BYTES)),
      jwtCurrent: newJwtKey(),
      jwtNext: newJwtKey(),
    };
    await record.set({ value: crypt.encrypt(JSON.stringify(fresh)) });
    return (await read()) ?? fresh; // another node may have been first
  }

  return {
    /** Reads the keys, or makes them on the very first boot. An unreadable key is a state, not a crash. */
    async load(): Promise<void> {
      try {
        keys = await readOrMake();
        problem = null;
      } catch (error) {
        if (!(error instanceof UnreadableSecretError)) throw error;
        problem = `the installation's signing keys cannot be read: ${error.message}`;
      }
    },

    /** Why nothing can be signed with them, or null. */
    problem: (): string | null => problem,

    /** @throws Error when there is a `problem`. */
    current(): SigningKeys {
      if (keys === undefined) throw new Error(problem ?? 'no signing keys');
      return keys;
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;
