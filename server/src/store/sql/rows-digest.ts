/**
 * An aggregate that differs when the content of a table does: hashes added up where the database has them,
 * the text itself on SQLite, which has none, and where it does not leave the process.
 */
import type { Dialect } from './dialect';

export function rowsDigest(dialect: Dialect['name'], columns: readonly string[]): string {
  switch (dialect) {
    case 'postgres':
      return `sum(hashtextextended(concat_ws(chr(31), ${columns.join(', ')}), 0))`;
    case 'mysql':
      return `sum(crc32(concat_ws(char(31), ${columns.join(', ')})))`;
    case 'sqlite': {
      const texts = columns.map((column) => `coalesce(${column}, '')`);
      return `group_concat(${texts.join(' || char(31) || ')}, char(30))`;
    }
  }
}
