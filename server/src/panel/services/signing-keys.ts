/**
 * The keys of the `Upstash-Signature` JWT: requests are signed with the current one; receivers accept
 * the current and the next, so that one rotation leaves no gap. Of key pairs (EdDSA) they read both
 * from the JWKS endpoint, and need to be told nothing.
 */
import type { Core } from '@strapi/strapi';

import type { SigningKeysView } from '../contract';
import { CoreError } from '../../core/errors';
import type { JwkSet } from '../../host/ed25519-keys';
import { PLUGIN_ID } from '../../plugin-id';
import { stillInOverlap, type RotateInput } from '../../api/endpoints';
import { runtimeOf, type Runtime } from '../../runtime/runtime';

export interface SigningKeyPair {
  current: string;
  next: string;
}

const SHOWN = 4;
/** As for an endpoint's secret: time to deploy the new one everywhere. */
const DEFAULT_OVERLAP_MS = 86_400_000;

/** Enough to tell two keys apart, and no use to anybody. */
const mask = (key: string): string => `${key.slice(0, key.indexOf('_') + 1)}…${key.slice(-SHOWN)}`;

/** @param runtime the node it speaks for. @param jwksUrl where it publishes its public keys. */
export const createSigningKeys = (runtime: () => Runtime, jwksUrl = '') => {
  const view = (): SigningKeyPair => {
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

    /** As the panel shows them; not being readable is something to show. */
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
     * A new secret for messages to bare URLs, the old one beside it for a while, as for an endpoint's.
     *
     * @throws CoreError CONFLICT while an earlier one is still in its overlap, or when the keys cannot be read.
     */
    async rotateUrlSecret({ overlapMs, force }: RotateInput = {}): Promise<void> {
      const problem = runtime().keys.problem();
      if (problem !== null) throw new CoreError('CONFLICT', problem);
      await runtime().keys.rotateStandard(overlapMs ?? DEFAULT_OVERLAP_MS, (until) => {
        if (force !== true) throw stillInOverlap(until);
      });
    },

    /** Signs messages to bare URLs by Standard Webhooks, as each endpoint's own secret does its messages. */
    standardSecret: (): string => runtime().keys.current().standard,
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
  createSigningKeys(() => runtimeOf(strapi), jwksUrlOf(strapi));

function jwksUrlOf({ config }: Core.Strapi): string {
  const origin = config.get('server.absoluteUrl', '');
  const prefix = config.get('api.rest.prefix', '/api');
  return `${origin}${prefix}/${PLUGIN_ID}/.well-known/jwks.json`;
}
