/**
 * A Strapi that is the given one but for its database connections: a second pool on the same
 * database, as another replica has. Transactions of the one know nothing of the other's.
 *
 * On SQLite it is the same connection: its driver waits for a lock by blocking the thread, and in one
 * process that is the thread whose commit it waits for.
 */
import type { Core } from '@strapi/strapi';
import { Database } from '@strapi/database';

export interface SecondConnection {
  strapi: Core.Strapi;
  close(): Promise<void>;
}

export function connectAgain(strapi: Core.Strapi): SecondConnection {
  if (strapi.db.dialect.client === 'sqlite') return { strapi, close: () => Promise.resolve() };
  const { config } = strapi.db as unknown as { config: ConstructorParameters<typeof Database>[0] };
  const db = new Database(config);
  // The models are the same, and loaded.
  (db as { metadata: unknown }).metadata = strapi.db.metadata;
  return {
    strapi: Object.create(strapi, { db: { value: db } }) as Core.Strapi,
    close: () => db.destroy(),
  };
}
