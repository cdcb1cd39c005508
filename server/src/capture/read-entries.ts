/**
 * Reads changed entries in full: all rows of a write by one query, because a complex entry takes a
 * dozen statements or more and a write that publishes has several rows.
 *
 * The app's lifecycle hooks see each row as the `findOne` that Strapi makes for its own event,
 * since they may change the result. A row that a hook wants read differently is read on its own.
 */
import type { Core } from '@strapi/strapi';

import type { OpenTransaction } from '../host/confirmed-transaction';
import { isFunction, type Internal } from '../host/strapi-internals';
import type { EntryRow } from './events';
import { createGatheredReads } from './gathered-read';
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

/** Where the rows of one write are read. */
export interface Reading {
  trx: OpenTransaction;
  shared: SharedReads;
}

interface FindOne {
  where: { id: number };
  populate: Populate;
}

export function createReadEntries(strapi: Core.Strapi) {
  const populateOf = createPopulate(strapi);
  const query = (uid: string, params: object) => strapi.db.queryBuilder(uid).init(params);
  const gatheredRead = createGatheredReads((uid) => (ids) => {
    const where = { id: { $in: ids } };
    return query(uid, { where, populate: populateOf(uid) }).execute<EntryRow[]>();
  });

  /** @returns rows by id, without those that are gone. */
  return async function readEntries(
    uid: string,
    ids: readonly number[],
    { trx, shared }: Reading
  ): Promise<ReadonlyMap<number, EntryRow>> {
    const { lifecycles } = strapi.db;
    const populate = populateOf(uid);

    const readings = [];
    for (const id of ids) {
      const params: FindOne = { where: { id }, populate };
      readings.push({ id, params, states: await lifecycles.run('beforeFindOne', uid, { params }) });
    }
    const plain = readings.filter(({ id, params }) => isPlain(params, id, populate));
    const rows = await gatheredRead(trx, uid)(plain.map(({ id }) => id));
    const found = new Map<number, EntryRow>();
    for (const reading of readings) {
      const { id, params, states } = reading;
      const result = plain.includes(reading)
        ? (rows.get(id) ?? null)
        : await query(uid, params).first().execute<EntryRow | null>();
      await lifecycles.run('afterFindOne', uid, { params, result }, states);
      if (result === null) continue;
      found.set(id, result);
      shared.keep(result, populate);
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
