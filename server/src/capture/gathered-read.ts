/**
 * Reads rows for concurrent writes of one transaction together, such as a bulk publish. They share a
 * connection, so one read runs at a time. Writes that end meanwhile share the next one.
 */
import chunk from 'lodash/chunk';

import type { OpenTransaction } from '../host/confirmed-transaction';
import type { EntryRow } from './events';

type Read = (ids: readonly number[]) => Promise<EntryRow[]>;

/** @returns rows by id, those of other writes among them. */
export type GatheredRead = (ids: readonly number[]) => Promise<ReadonlyMap<number, EntryRow>>;

interface Batch {
  ids: Set<number>;
  rows: ReturnType<GatheredRead>;
}

/** A database limits the parameters of a statement, and a row may have hundreds of components. */
const MAX_ROWS = 50;

export function createGatheredReads(
  readerOf: (uid: string) => Read
): (trx: OpenTransaction, uid: string) => GatheredRead {
  const byTransaction = new WeakMap<OpenTransaction, Map<string, GatheredRead>>();

  return (trx, uid) => {
    const byType = byTransaction.get(trx) ?? new Map<string, GatheredRead>();
    byTransaction.set(trx, byType);
    const read = byType.get(uid) ?? gathered(readerOf(uid));
    byType.set(uid, read);
    return read;
  };
}

function gathered(read: Read): GatheredRead {
  let last: Promise<unknown> = Promise.resolve();
  /** Not begun. */
  let next: Batch | null = null;

  async function rowsOf(ids: ReadonlySet<number>): ReturnType<GatheredRead> {
    const rows = new Map<number, EntryRow>();
    for (const some of chunk([...ids], MAX_ROWS)) {
      for (const row of await read(some)) rows.set(row.id, row);
    }
    return rows;
  }

  function begin(batch: Batch): ReturnType<GatheredRead> {
    if (next === batch) next = null;
    return rowsOf(batch.ids);
  }

  function addBatch(): Batch {
    const ids = new Set<number>();
    const batch: Batch = { ids, rows: last.then(() => begin(batch)) };
    last = batch.rows.catch(() => undefined);
    next = batch;
    return batch;
  }

  return (ids) => {
    // Hooks of two writes must not change the same object.
    const batch = next !== null && ids.every((id) => !next?.ids.has(id)) ? next : addBatch();
    for (const id of ids) batch.ids.add(id);
    return batch.rows;
  };
}
