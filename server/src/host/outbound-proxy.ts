/**
 * Strapi's own proxy settings (`server.proxy` in config/server), read as Strapi reads them for its own
 * webhooks: `fetch` before `global`; between the two, `http` and `https` by the target's scheme.
 */
import type { Core } from '@strapi/strapi';

import type { ProxySettings } from '../delivery/http/proxies';

type ProxyOptions = NonNullable<ProxySettings['http']>;

/** @throws Error naming the setting: started without its proxy, it would call out past it. */
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

/** What undici's `ProxyAgent` takes: a URL, or options with one in `uri`. */
function optionsOf(value: unknown, setting: string): ProxyOptions {
  const options =
    typeof value === 'object' && value !== null && 'uri' in value
      ? (value as ProxyOptions)
      : { uri: String(value) };
  const { protocol } = URL.canParse(options.uri) ? new URL(options.uri) : { protocol: '' };
  if (protocol === 'http:' || protocol === 'https:') return options;
  // Not the value: it may carry a password.
  throw new Error(
    `${setting} must be the URL of an http or https proxy: http://proxy.internal:3128`
  );
}
