/** The plugin's lines in Strapi's log, each with the plugin's id in front. */
import type { Core } from '@strapi/strapi';

import type { Log } from '../delivery/loop/ports';
import { PLUGIN_ID } from '../plugin-id';

export function prefixedLog(strapi: Core.Strapi): Log {
  const prefix = `[${PLUGIN_ID}]`;
  // Asked first: winston stamps and formats a line before it finds that nobody listens, one for each attempt.
  const at =
    (level: keyof Log): Log[keyof Log] =>
    (message, meta) => {
      if (strapi.log.isLevelEnabled(level)) strapi.log[level](`${prefix} ${message}`, meta);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
