import type { Core } from '@strapi/strapi';

import { parseConfig } from '../config/schema';
import { registerCacheTags } from '../content-api';
import { keepTables } from '../host/kept-tables';
import { prefixedLog } from '../host/log';
import type { Internal } from '../host/strapi-internals';
import { registerAgentTools } from '../panel/agents/register';
import { PLUGIN_ID } from '../plugin-id';
import { createQstashMiddleware } from '../qstash/http/middleware';
import { models } from '../store/sql/models';
import { prepareTables } from '../store/sql/prepare-tables';

interface Models {
  add(model: (typeof models)[number]): void;
  get(): unknown[];
}

interface Hook {
  register(handler: () => void | Promise<void>): void;
}

export const REGISTER_INTERNALS: readonly Internal[] = [
  {
    name: "the list behind strapi.get('models')",
    affects: 'imports',
    isThere: (strapi) => !strapi.get<Models>('models').get().some(isOurs),
  },
];

const isOurs = (model: unknown): boolean => models.includes(model as (typeof models)[number]);

/** Registers the tables, before the database is initialized, and the middleware of the QStash API, before Strapi's. */
export default ({ strapi }: { strapi: Core.Strapi }): void => {
  addTables(strapi);
  strapi.server.use(createQstashMiddleware(strapi));
  registerAgentTools(strapi);
  registerCacheTags(strapi, parseConfig(strapi.config.get(`plugin::${PLUGIN_ID}`)).cacheTags);
};

/**
 * Adds the tables to the database, and then removes them from the registry: `strapi import` and `transfer`
 * empty every registered table.
 */
function addTables(strapi: Core.Strapi): void {
  const registry = strapi.get<Models>('models');
  for (const model of models) registry.add(model); // takes one at a time
  const beforeSync = strapi.hook('strapi::content-types.beforeSync') as Hook;
  beforeSync.register(() => {
    const registered = registry.get();
    const others = registered.filter((model) => !isOurs(model));
    registered.splice(0, registered.length, ...others);
  });
  const afterSync = strapi.hook('strapi::content-types.afterSync') as Hook;
  afterSync.register(async () => {
    await keepTables(strapi);
    await prepareTables(strapi.db, prefixedLog(strapi));
  });
}
