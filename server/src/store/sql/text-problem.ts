/**
 * Checks at boot that the database can store every character. The tables are the plugin's
 * (`character-sets.ts`); the encoding of a PostgreSQL database and of a MySQL connection are the
 * operator's.
 */
import type { StoreContext } from './context';
import { rowsOf, text } from './rows';

const CONSEQUENCE =
  'a character outside it fails the change it is part of, or is stored as a question mark';

export function createTextProblem({ dialect, query }: StoreContext): () => Promise<string | null> {
  async function named(sql: string): Promise<string> {
    const [row] = rowsOf(await query((knex) => knex.raw(sql)));
    return text(row?.name);
  }

  return async () => {
    switch (dialect.name) {
      case 'sqlite':
        return null;
      case 'postgres': {
        const encoding = await named(`select current_setting('server_encoding') as name`);
        if (encoding === 'UTF8') return null;
        return `The database is encoded in ${encoding}: ${CONSEQUENCE}. Move it to one created with ENCODING 'UTF8'`;
      }
      case 'mysql': {
        const charset = await named('select @@character_set_client as name');
        if (charset === 'utf8mb4') return null;
        return `The database connection uses the character set ${charset}: ${CONSEQUENCE}. Remove "charset" from the connection in config/database, or set it to utf8mb4`;
      }
    }
  };
}
