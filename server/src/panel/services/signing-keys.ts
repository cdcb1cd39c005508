/**
 * Keys of the `Upstash-Signature` JWT. Requests are signed with the current key. Receivers accept
 * the current and the next key, so one rotation is seamless. Public keys (EdDSA) are served by the
 * JWKS endpoint.
 */
import type { Core } from '@strapi/strapi';

import type { RotateInput, SigningKeysView } from '../contract';
import { CoreError } from '../../core/errors';
import type { JwkSet } from '../../host/ed25519-keys';
import { stillInOverlap } from '../../api/signing-input';
import { parseInput } from '../../api/input';
import { rotateInput } from '../../api/schemas';
import { publicUrl } from '../../host/public-url';
import { runtimeOf, type Runtime } from '../../runtime/runtime';
import { DAY_MS } from '../../core/time';

export interface SigningKeyPair {
  current: string;
  next: string;
}

const SHOWN = 4;
/** As for an endpoint's secret: time to deploy the new one everywhere. */
const DEFAULT_OVERLAP_MS = DAY_MS;

/** Enough to tell two keys apart. */
const mask = (key: string): string => `${key.slice(0, key.indexOf('_') + 1)}…${key.slice(-SHOWN)}`;

/** @param runtime the node to report on. @param jwksUrl URL of the public keys. */
export const createSigningKeys = (runtime: () => Runtime, jwksUrl = '') => {
  const view = (): SigningKeyPair => {
    const { jwtCurrent, jwtNext } = runtime().keys.current();
    return { current: jwtCurrent, next: jwtNext };
  };

  return {
    /**
     * @throws Error when the keys cannot be read: `ENCRYPTION_KEY` is not the one they were stored
     *   with.
     */
    get: view,

    /**
     * Makes the next key current and creates a new next key, for both algorithms. Other nodes
     * follow within a second. Two rotations without updating receivers in between leave them
     * without a valid key, unless they read the JWKS.
     *
     * @throws CoreError CONFLICT when the keys cannot be read.
     */
    async rotate(): Promise<SigningKeyPair> {
      const problem = runtime().keys.problem();
      if (problem !== null) throw new CoreError('CONFLICT', problem);
      await runtime().keys.rotate();
      return view();
    },

    /** The public keys of the EdDSA signature; null while none can be read. */
    jwks: (): JwkSet | null => (runtime().keys.problem() === null ? runtime().keys.jwks() : null),

    /** As the panel shows them. Unreadable keys are reported as a problem. */
    shown(inFull = false): SigningKeysView {
      const { keys, clock } = runtime();
      const problem = keys.problem();
      if (problem !== null) return { ...NOTHING, jwksUrl, problem };
      const { jwtCurrent, jwtNext, standard, standardBefore } = keys.current();
      const show = inFull ? (key: string) => key : mask;
      const until = standardBefore?.until ?? 0;
      return {
        current: show(jwtCurrent),
        next: show(jwtNext),
        urlSecret: show(standard),
        previousUrlSecretUntil: until > clock.now() ? until : null,
        publicKeyIds: keys.jwks().keys.map(({ kid = '' }) => kid),
        jwksUrl,
        problem,
      };
    },

    /**
     * Replaces the secret for messages to bare URLs. The old one keeps signing for a while.
     *
     * @throws CoreError CONFLICT during an earlier overlap, or when the keys cannot be read.
     */
    async rotateUrlSecret(input: RotateInput = {}): Promise<void> {
      const { overlapMs, force } = parseInput(rotateInput, input);
      const problem = runtime().keys.problem();
      if (problem !== null) throw new CoreError('CONFLICT', problem);
      await runtime().keys.rotateStandard(overlapMs ?? DEFAULT_OVERLAP_MS, (until) => {
        if (force !== true) throw stillInOverlap(until);
      });
    },
  };
};

const NOTHING = {
  current: null,
  next: null,
  urlSecret: null,
  previousUrlSecretUntil: null,
  publicKeyIds: [],
};

export type SigningKeysService = ReturnType<typeof createSigningKeys>;

export const createSigningKeysService = ({ strapi }: { strapi: Core.Strapi }): SigningKeysService =>
  createSigningKeys(() => runtimeOf(strapi), publicUrl(strapi, '/.well-known/jwks.json'));
