/**
 * Strapi's own proxy settings (`server.proxy` in config/server), read as Strapi reads them for its own
 * webhooks: `fetch` before `global`; between the two, `http` and `https` by the target's scheme.
 */
import type { Core } from '@strapi/strapi';

import type { ProxySettings } from '../delivery/http/proxies';

type ProxyOptions = NonNullable<ProxySettings['http']>;

/** @throws Error naming the setting, because requests must not bypass the proxy. */
export function readProxySettings(strapi: Core.Strapi): ProxySettings {
  return { http: proxyFor(strapi, 'http'), https: proxyFor(strapi, 'https') };
}

function proxyFor(strapi: Core.Strapi, scheme: 'http' | 'https'): ProxyOptions | null {
  for (const name of ['fetch', scheme, 'global']) {
    const setting = `server.proxy.${name}`;
    const value: unknown = strapi.config.get(setting);
    if (value) return optionsOf(value, setting);
  }
  return null;
}

/** Accepts what undici's `ProxyAgent` accepts: a URL, or options with a `uri`. */
function optionsOf(value: unknown, setting: string): ProxyOptions {
  const options =
    typeof value === 'object' && value !== null && 'uri' in value
      ? (value as ProxyOptions)
      : { uri: String(value) };
  const { protocol } = URL.canParse(options.uri) ? new URL(options.uri) : { protocol: '' };
  if (protocol === 'http:' || protocol === 'https:') return options;
  // The value may contain a password.
  throw new Error(
    `${setting} must be the URL of an http or https proxy: http://proxy.internal:3128`
  );
}
