/**
 * Reads changed entries in full: all rows of a write by one query, because a complex entry takes a
 * dozen statements and a write that publishes has two rows.
 *
 * The app's lifecycle hooks see each row as the `findOne` that Strapi makes for its own event,
 * since they may change the result. A row that a hook wants read differently is read on its own.
 */
import type { Core } from '@strapi/strapi';

import { isFunction, type Internal } from '../host/strapi-internals';
import type { EntryRow } from './events';
import { createPopulate, type Populate } from './populate';
import type { SharedReads } from './shared-read';

export const READ_INTERNALS: readonly Internal[] = [
  {
    name: 'strapi.db.lifecycles.run',
    affects: 'content-events',
    isThere: ({ db }) => isFunction(db.lifecycles.run),
  },
  {
    name: 'init, first and execute of strapi.db.queryBuilder',
    affects: 'content-events',
    isThere({ db }) {
      const [uid = ''] = db.metadata.keys();
      const { init, first, execute } = db.queryBuilder(uid);
      return [init, first, execute].every(isFunction);
    },
  },
];

interface FindOne {
  where: { id: number };
  populate: Populate;
}

export function createReadEntries(strapi: Core.Strapi) {
  const populateOf = createPopulate(strapi);

  /** @returns rows by id, without those that are gone. */
  return async function readEntries(
    uid: string,
    ids: readonly number[],
    reads: SharedReads
  ): Promise<ReadonlyMap<number, EntryRow>> {
    const { lifecycles } = strapi.db;
    const query = (params: object) => strapi.db.queryBuilder(uid).init(params);
    const populate = populateOf(uid);

    const readings = [];
    for (const id of ids) {
      const params: FindOne = { where: { id }, populate };
      readings.push({ id, params, states: await lifecycles.run('beforeFindOne', uid, { params }) });
    }
    const plain = readings.filter(({ id, params }) => isPlain(params, id, populate));
    const found = new Map<number, EntryRow>();
    if (plain.length > 0) {
      const where = { id: { $in: plain.map(({ id }) => id) } };
      const rows = await query({ where, populate }).execute<EntryRow[]>();
      for (const row of rows) found.set(row.id, row);
    }
    for (const reading of readings) {
      const { id, params, states } = reading;
      const result = plain.includes(reading)
        ? (found.get(id) ?? null)
        : await query(params).first().execute<EntryRow | null>();
      await lifecycles.run('afterFindOne', uid, { params, result }, states);
      if (result === null) continue;
      found.set(id, result);
      reads.keep(result, populate);
    }
    return found;
  };
}

/** Whether the hooks left the parameters unchanged. */
function isPlain(params: FindOne, id: number, populate: Populate): boolean {
  return (
    params.populate === populate &&
    params.where.id === id &&
    Object.keys(params).length === 2 &&
    Object.keys(params.where).length === 1
  );
}
