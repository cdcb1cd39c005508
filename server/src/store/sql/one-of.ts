/**
 * Condition that a text column has one of many values. Where the database takes them as one parameter,
 * it is the same statement however many they are.
 */
import type { Dialect, Sql } from './dialect';

export function isOneOf({ name }: Dialect, column: string, values: readonly string[]): Sql {
  switch (name) {
    case 'postgres':
      return { sql: `${column} = any(?::text[])`, bindings: [[...values]] };
    case 'sqlite':
      return {
        sql: `${column} in (select value from json_each(?))`,
        bindings: [JSON.stringify(values)],
      };
    case 'mysql':
      return { sql: `${column} in (${values.map(() => '?').join(', ')})`, bindings: [...values] };
  }
}
