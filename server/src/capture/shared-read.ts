/**
 * Gives Strapi the entry that was read for the plugin's event.
 *
 * After the commit, Strapi reads the same row with the same relations for its own event, whether or
 * not anything listens (`@strapi/core`, `services/document-service/events`). It calls `findOne` in a
 * commit callback, synchronously. While the commit callbacks run, `findOne` of the content type
 * returns a row that is offered, once, for exactly Strapi's query. Every other query is executed. A
 * Strapi that queries differently, or later, reads the row itself.
 */
import type { Core } from '@strapi/strapi';

import type { EntryRow } from './events';
import type { Populate } from './populate';

/** Rows that one write read in its own transaction. */
export interface SharedReads {
  keep(row: EntryRow, populate: Populate): void;
  /** Call it in the first commit callback of the transaction. */
  offer(): void;
}

/** Of rows that nothing else reads. */
export const UNSHARED: SharedReads = { keep: () => undefined, offer: () => undefined };

type FindOne = (query?: object) => Promise<unknown>;

/** Rows by the text of Strapi's query. */
type Rows = Map<string, EntryRow>;

export function createReadSharing(strapi: Core.Strapi): (uid: string) => SharedReads {
  /** By content type, while `findOne` is replaced. */
  const offered = new Map<string, Rows>();

  /** Commit callbacks run synchronously, so `findOne` is restored after the last one. */
  function replaceFindOne(uid: string): Rows {
    const rows: Rows = new Map();
    const repository = strapi.db.query(uid) as unknown as { findOne: FindOne };
    const { findOne } = repository;
    repository.findOne = (query = {}) => {
      const text = textOf(query);
      const row = rows.get(text);
      if (row === undefined) return findOne(query);
      rows.delete(text);
      return Promise.resolve(row);
    };
    offered.set(uid, rows);
    queueMicrotask(() => {
      repository.findOne = findOne;
      offered.delete(uid);
    });
    return rows;
  }

  return (uid) => {
    const kept: Rows = new Map();
    return {
      keep(row, populate) {
        kept.set(textOf({ where: { id: row.id }, populate }), row);
      },
      offer() {
        if (kept.size === 0) return;
        const rows = offered.get(uid) ?? replaceFindOne(uid);
        for (const [text, row] of kept) rows.set(text, row);
      },
    };
  };
}

/** Without null and undefined: Strapi writes `filters` into the query that it executes. */
const textOf = (query: object): string =>
  JSON.stringify(query, (_key, value: unknown) => value ?? undefined);
