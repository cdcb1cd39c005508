/**
 * Signing keys of the installation: the Standard Webhooks secret for messages to a bare URL
 * (endpoints have their own), and the current and next key of the `Upstash-Signature` JWT, both
 * shared (HS256) and as a key pair (EdDSA).
 *
 * They are stored encrypted in a table of the plugin, because `strapi export`, `import` and
 * `transfer` carry Strapi's core store to other environments.
 */
import type { Core } from '@strapi/strapi';

import { newSecret } from '../core/signing/signature';
import { messageIdFrom } from '../core/message/message-id';
import type { JwtAlgorithm, JwtKey } from '../core/signing/signature-jwt';
import type { FullStore } from '../store/types';
import { PLUGIN_ID } from '../plugin-id';
import {
  newEd25519Keys,
  publicKeys,
  rotated,
  signingKey,
  type Ed25519Keys,
  type JwkSet,
} from './ed25519-keys';
import { UnreadableSecretError, type Crypt } from './secrets';

/** Name of the setting. */
const SETTING = 'signing-keys';
const SECRET_BYTES = 32;
const JWT_KEY_BYTES = 21;

export interface SigningKeys {
  /** `whsec_…` */
  standard: string;
  /** The previous secret, which also signs until `until` (epoch ms). */
  standardBefore?: { secret: string; until: number };
  /** The key of redacted values after the first rotation of `standard`, so their hashes do not change. */
  digest?: string;
  /** `sig_…` */
  jwtCurrent: string;
  jwtNext: string;
  ed25519: Ed25519Keys;
}

/** Key pairs that are missing are created when the keys are read. */
type StoredKeys = Omit<SigningKeys, 'ed25519'> & Partial<Pick<SigningKeys, 'ed25519'>>;

type JwtKeys = Record<JwtAlgorithm, JwtKey>;

interface Dependencies {
  strapi: Core.Strapi;
  crypt: Crypt;
  store: Pick<
    FullStore,
    'inTransaction' | 'touchDirectory' | 'readSetting' | 'writeSetting' | 'claimSetting'
  >;
  randomBytes: (length: number) => Buffer;
  now: () => number;
}

export function createKeys({ strapi, crypt, store, randomBytes, now }: Dependencies) {
  let keys: (SigningKeys & { jwt: JwtKeys }) | undefined;
  let problem: string | null = 'the signing keys have not been read yet';

  const newJwtKey = (): string => messageIdFrom(randomBytes(JWT_KEY_BYTES)).replace('msg_', 'sig_');

  /** Moves keys of version 0.1.0 from the core store. */
  async function moveFromCoreStore(): Promise<string | null> {
    const record = strapi.store({ type: 'plugin', name: PLUGIN_ID, key: SETTING });
    const stored = (await record.get()) as string | null;
    if (stored === null) return null;
    const kept = await store.claimSetting(SETTING, stored);
    await record.delete({});
    return kept;
  }

  async function read(): Promise<StoredKeys | undefined> {
    const stored = (await store.readSetting(SETTING)) ?? (await moveFromCoreStore());
    return stored === null ? undefined : (JSON.parse(crypt.decrypt(stored)) as StoredKeys);
  }

  /** Locks out changes by other nodes, and makes them reload the keys. */
  async function change(
    to: (stored: StoredKeys | undefined) => Promise<SigningKeys>
  ): Promise<SigningKeys> {
    return store.inTransaction(async () => {
      await store.touchDirectory();
      const next = await to(await read());
      await store.writeSetting(SETTING, crypt.encrypt(JSON.stringify(next)));
      return next;
    });
  }

  const complete = async (stored: StoredKeys = fresh()): Promise<SigningKeys> => ({
    ...stored,
    ed25519: stored.ed25519 ?? (await newEd25519Keys()),
  });

  const fresh = (): StoredKeys => ({
    standard: newSecret(randomBytes(SECRET_BYTES)),
    jwtCurrent: newJwtKey(),
    jwtNext: newJwtKey(),
  });

  async function readOrMake(): Promise<SigningKeys> {
    const stored = await read();
    return isComplete(stored) ? stored : change(complete);
  }

  async function use(found: SigningKeys): Promise<void> {
    const jwt: JwtKeys = {
      HS256: { alg: 'HS256', text: found.jwtCurrent },
      EdDSA: await signingKey(found.ed25519.current),
    };
    keys = { ...found, jwt };
    problem = null;
  }

  function current(): SigningKeys & { jwt: JwtKeys } {
    if (keys === undefined) throw new Error(problem ?? 'no signing keys');
    return keys;
  }

  return {
    /** Reads the keys, or creates them on the first boot. Keys that cannot be read are a `problem`, not an error. */
    async load(): Promise<void> {
      try {
        await use(await readOrMake());
      } catch (error) {
        if (!(error instanceof UnreadableSecretError)) throw error;
        problem = `the installation's signing keys cannot be read: ${error.message}`;
      }
    },

    /** For both algorithms, makes the next key current and creates a new next one. @throws Error when they cannot be read. */
    async rotate(): Promise<void> {
      const next = await change(async (stored) => {
        const before = await complete(stored);
        return {
          ...before,
          jwtCurrent: before.jwtNext,
          jwtNext: newJwtKey(),
          ed25519: await rotated(before.ed25519, now()),
        };
      });
      await use(next);
    },

    /**
     * Replaces the secret of messages to bare URLs. The previous one also signs for `overlapMs`.
     *
     * @param mayEndOverlap throws if a running overlap must not end now.
     * @throws Error when they cannot be read.
     */
    async rotateStandard(overlapMs: number, mayEndOverlap: (until: number) => void): Promise<void> {
      const next = await change(async (stored) => {
        const { standardBefore, ...before } = await complete(stored);
        if (standardBefore && standardBefore.until > now()) mayEndOverlap(standardBefore.until);
        return {
          ...before,
          standard: newSecret(randomBytes(SECRET_BYTES)),
          ...(overlapMs > 0 && {
            standardBefore: { secret: before.standard, until: now() + overlapMs },
          }),
          digest: before.digest ?? before.standard,
        };
      });
      await use(next);
    },

    /** Why nothing can be signed, or null. */
    problem: (): string | null => problem,

    /** @throws Error when there is a `problem`. */
    current: (): SigningKeys => current(),

    /** For messages to bare URLs: the current secret, and the previous one during the overlap. @throws Error when there is a `problem`. */
    standardSecrets(at: number): string[] {
      const { standard, standardBefore } = current();
      const overlaps = standardBefore !== undefined && standardBefore.until > at;
      return overlaps ? [standard, standardBefore.secret] : [standard];
    },

    /** The key of redacted values. @throws Error when there is a `problem`. */
    digestKey(): string {
      const { digest, standard } = current();
      return digest ?? standard;
    },

    /** The current key of JWTs. @throws Error when there is a `problem`. */
    jwtKey: (algorithm: JwtAlgorithm): JwtKey => current().jwt[algorithm],

    /** The public keys. @throws Error when there is a `problem`. */
    jwks: (): JwkSet => publicKeys(current().ed25519, now()),
  };
}

const isComplete = (stored: StoredKeys | undefined): stored is SigningKeys =>
  stored?.ed25519 !== undefined;

export type Keys = ReturnType<typeof createKeys>;
