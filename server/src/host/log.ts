/** Writes to Strapi's log, with the plugin's id as a prefix. */
import type { Core } from '@strapi/strapi';

import type { Log } from '../delivery/loop/ports';
import { PLUGIN_ID } from '../plugin-id';

export function prefixedLog(strapi: Core.Strapi): Log {
  const prefix = `[${PLUGIN_ID}]`;
  // Winston formats a line before it checks the level, which would cost time at each attempt.
  const at =
    (level: keyof Log): Log[keyof Log] =>
    (message, meta) => {
      if (strapi.log.isLevelEnabled(level)) strapi.log[level](`${prefix} ${message}`, meta);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
