/** URLs under which this Strapi serves the plugin's routes of the content API. */
import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../plugin-id';

/** @param path below the plugin's, with its slash. */
export function publicUrl({ config }: Pick<Core.Strapi, 'config'>, path: string): string {
  const origin = config.get('server.absoluteUrl', '');
  const prefix = config.get('api.rest.prefix', '/api');
  return `${origin}${prefix}/${PLUGIN_ID}${path}`;
}
