/**
 * Notices topics, endpoints and schedules that others write in this process through Strapi's query engine, such as
 * a plugin that keeps configuration in files. Their writes do not pass through the plugin's services.
 */
import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../plugin-id';

const MODELS = ['topic', 'endpoint', 'schedule'].map((name) => `plugin::${PLUGIN_ID}.${name}`);

const WRITES = [
  'afterCreate',
  'afterCreateMany',
  'afterUpdate',
  'afterUpdateMany',
  'afterDelete',
  'afterDeleteMany',
] as const;

/** @param written called after each write, within its transaction if it has one. */
export function watchDirectWrites(strapi: Core.Strapi, written: () => Promise<void>): void {
  strapi.db.lifecycles.subscribe({
    models: MODELS,
    ...Object.fromEntries(WRITES.map((action) => [action, written])),
  });
}
