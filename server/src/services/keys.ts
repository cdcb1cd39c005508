/**
 * Keys of the installation, made once and kept encrypted in Strapi's store: the Standard Webhooks
 * secret that signs messages published to a bare URL (endpoints have their own), and the current
 * and next key of the `Upstash-Signature` JWT.
 */
import type { Core } from '@strapi/strapi';

import { newSecret } from '../core/signature';
import { messageIdFrom } from '../core/message-id';
import type { FullStore } from '../store/types';
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
  store: Pick<FullStore, 'inTransaction' | 'touchDirectory'>;
  randomBytes: (length: number) => Buffer;
}

export function createKeys({ strapi, crypt, store, randomBytes }: Dependencies) {
  const record = strapi.store({ type: 'plugin', name: PLUGIN_ID, key: 'signing-keys' });
  let keys: SigningKeys | undefined;
  let problem: string | null = 'the signing keys have not been read yet';

  const newJwtKey = (): string => messageIdFrom(randomBytes(JWT_KEY_BYTES)).replace('msg_', 'sig_');

  async function read(): Promise<SigningKeys | undefined> {
    const stored = (await record.get()) as string | null;
    return stored === null ? undefined : (JSON.parse(crypt.decrypt(stored)) as SigningKeys);
  }

  /** Other nodes that would change the keys wait for us, and those that have them see that they changed. */
  async function change(
    to: (stored: SigningKeys | undefined) => SigningKeys
  ): Promise<SigningKeys> {
    return store.inTransaction(async () => {
      await store.touchDirectory();
      const stored = await read();
      const next = to(stored);
      if (next !== stored) await record.set({ value: crypt.encrypt(JSON.stringify(next)) });
      return next;
    });
  }

  const fresh = (): SigningKeys => ({
    standard: newSecret(randomBytes(SECRET_BYTES)),
    jwtCurrent: newJwtKey(),
    jwtNext: newJwtKey(),
  });

  const readOrMake = async (): Promise<SigningKeys> =>
    (await read()) ?? (await change((stored) => stored ?? fresh()));

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

    /** The next JWT key becomes the current one, and a new one the next. @throws Error when they cannot be read. */
    async rotate(): Promise<void> {
      keys = await change((stored = fresh()) => ({
        ...stored,
        jwtCurrent: stored.jwtNext,
        jwtNext: newJwtKey(),
      }));
      problem = null;
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
