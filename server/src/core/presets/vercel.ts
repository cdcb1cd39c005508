/**
 * Vercel: a deploy hook, `https://api.vercel.com/v1/integrations/deploy/…`. It ignores the body
 * (https://vercel.com/docs/deploy-hooks).
 */
import type { Format } from '../shape/format';

export const vercel: Format = () => ({ method: 'POST', body: {} });
