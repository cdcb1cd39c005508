/** Serves receivers their manifests, signed as messages are. */
import type { Core } from '@strapi/strapi';

import { CoreError } from '../../core/errors';
import { runtimeOf } from '../../runtime/runtime';
import { readManifest } from '../services/manifest';
import type { PublicContext } from './jwks';

export interface ManifestContext extends PublicContext {
  params: { endpointId?: string };
  query: Record<string, unknown>;
  request: { headers: { authorization?: string } };
}

const STATUS: Partial<Record<string, number>> = { NOT_FOUND: 404, INVALID_VALUE: 400 };

export const createManifestController = ({ strapi }: { strapi: Core.Strapi }) => ({
  async find(ctx: ManifestContext): Promise<void> {
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'application/json';
    try {
      const { body, headers } = await readManifest(runtimeOf(strapi), {
        endpointId: Number(ctx.params.endpointId),
        token: /^Bearer (.+)$/i.exec(ctx.request.headers.authorization ?? '')?.[1] ?? '',
        query: ctx.query,
      });
      Object.entries(headers).forEach(([name, value]) => ctx.set(name, value));
      ctx.status = 200;
      ctx.body = body;
    } catch (error) {
      const status = error instanceof CoreError ? STATUS[error.code] : undefined;
      if (status === undefined) throw error;
      const { message: text, field } = error as CoreError;
      ctx.status = status;
      ctx.body = JSON.stringify({ error: text, ...(field !== undefined && { field }) });
    }
  },
});
