/**
 * Cloudflare Pages: a deploy hook, `https://api.cloudflare.com/client/v4/pages/webhooks/deploy_hooks/…`. It
 * ignores the body (https://developers.cloudflare.com/pages/configuration/deploy-hooks).
 */
import type { Format } from '../shape/format';

export const cloudflarePages: Format = () => ({ method: 'POST', body: {} });
