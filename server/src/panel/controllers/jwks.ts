/** Serves the public keys of EdDSA signatures. Public, cacheable. */
import type { Core } from '@strapi/strapi';

import { serviceOf } from '../../app/service-of';

export interface PublicContext {
  status: number;
  type: string;
  body: unknown;
  set(name: string, value: string): void;
}

/** RFC 7517, 8.5. */
const JWK_SET_TYPE = 'application/jwk-set+json';

/** Cache lifetime. A new key is published long before it signs. */
const MAX_AGE_S = 300;
const UNAVAILABLE = 503;

export const createJwksController = ({ strapi }: { strapi: Core.Strapi }) => ({
  find(ctx: PublicContext): void {
    const jwks = serviceOf(strapi, 'signingKeys').jwks();
    ctx.set('Cache-Control', jwks === null ? 'no-store' : `public, max-age=${MAX_AGE_S}`);
    ctx.status = jwks === null ? UNAVAILABLE : 200;
    ctx.body = JSON.stringify(jwks ?? { error: 'the signing keys cannot be read' });
    ctx.type = jwks === null ? 'application/json' : JWK_SET_TYPE;
  },
});
