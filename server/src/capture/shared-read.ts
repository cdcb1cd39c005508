/**
 * One reading of an entry for two: what was read for our event is handed to Strapi, which would read
 * the same row again after the commit to emit its own (`@strapi/core`,
 * `services/document-service/events`), whether or not anybody listens.
 *
 * Strapi asks for the row in a commit callback, synchronously. So the row is on offer for as long as the
 * commit callbacks run, for a query of exactly this id and these relations. A
 * Strapi that asks differently, or later, reads for itself, as it does without us.
 *
 * Measured  docs/decisions/0009-one-reading.md
 */
import type { Core } from '@strapi/strapi';

import type { EntryRow } from './events';
import type { Populate } from './populate';

export interface SharedReads {
  /** A row as it was read in the transaction that is about to commit. */
  keep(row: EntryRow, populate: Populate): void;
  /** Call from a commit callback that was registered before Strapi's. */
  offer(): void;
}

interface Kept {
  row: EntryRow;
  populate: Populate;
}

interface Query {
  where?: { id?: unknown };
  populate?: object;
}

type FindOne = (query?: Query) => Promise<unknown>;

const OFFERED_QUERY = ['populate', 'where'];
const OFFERED_WHERE = ['id'];

/** @returns for each content type what to share the readings of one transaction with. */
export function createReadSharing(strapi: Core.Strapi): (uid: string) => SharedReads {
  /** By content type and id. A type is here for as long as its `findOne` is ours. */
  const offered = new Map<string, Map<unknown, Kept>>();
  const texts = new WeakMap<object, string>();

  /**
   * Trees are built once and kept, by Strapi as by us: each is written out once. Without what is null:
   * a query writes `filters: null` into the dynamic zones of the tree it is given.
   */
  function textOf(populate: object): string {
    let text = texts.get(populate);
    if (text === undefined) {
      text = JSON.stringify(populate, withoutNull);
      texts.set(populate, text);
    }
    return text;
  }

  function isFor({ populate }: Kept, query: Query): boolean {
    return (
      hasOnly(query, OFFERED_QUERY) &&
      hasOnly(query.where, OFFERED_WHERE) &&
      query.populate !== undefined &&
      textOf(query.populate) === textOf(populate)
    );
  }

  function offer(uid: string, rows: readonly Kept[]): void {
    let ofType = offered.get(uid);
    if (ofType === undefined) {
      ofType = new Map();
      offered.set(uid, ofType);
      answerWith(uid, ofType);
    }
    for (const kept of rows) ofType.set(kept.row.id, kept);
  }

  function answerWith(uid: string, rows: Map<unknown, Kept>): void {
    const repository = strapi.db.query(uid) as unknown as { findOne: FindOne };
    const { findOne } = repository;
    repository.findOne = (query = {}) => {
      const kept = rows.get(query.where?.id);
      if (kept === undefined || !isFor(kept, query)) return findOne(query);
      rows.delete(kept.row.id);
      return Promise.resolve(kept.row);
    };
    // When the callbacks have run: they do so without a pause.
    queueMicrotask(() => {
      repository.findOne = findOne;
      offered.delete(uid);
    });
  }

  return (uid) => {
    const rows: Kept[] = [];
    return {
      keep(row, populate) {
        rows.push({ row, populate });
      },
      offer() {
        if (rows.length > 0) offer(uid, rows);
      },
    };
  };
}

function hasOnly(value: object | undefined, keys: readonly string[]): boolean {
  return value !== undefined && Object.keys(value).sort().join() === keys.join();
}

const withoutNull = (_key: string, value: unknown): unknown => value ?? undefined;
