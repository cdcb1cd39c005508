/** The tokens and users of this Strapi, as an endpoint may name them. */
import type { Core } from '@strapi/strapi';

import { ACTOR_KINDS, type ActorRef } from '../core/routing/loop-guard';
import { labelOf } from './actor';

/** Where Strapi keeps them. */
const TABLES: Record<ActorRef['kind'], string> = {
  'api-token': 'admin::api-token',
  'admin-token': 'admin::api-token',
  user: 'plugin::users-permissions.user',
  admin: 'admin::user',
};

/** Strapi keeps both kinds of token in one table. */
const KIND_OF_TOKEN: Partial<Record<ActorRef['kind'], string>> = {
  'api-token': 'content-api',
  'admin-token': 'admin',
};

const MAX_LISTED = 100;

type Row = Record<string, unknown> & { id: number };

export function createActors(strapi: Core.Strapi) {
  /** Without Users & Permissions there are no users. */
  const has = (kind: ActorRef['kind']): boolean => TABLES[kind] in strapi.contentTypes;

  /** Versions of Strapi without admin tokens have no column for the kind. */
  function isOfKind(kind: ActorRef['kind'], row: Row): boolean {
    const token = KIND_OF_TOKEN[kind];
    if (token === undefined) return true;
    return (row.kind ?? 'content-api') === token;
  }

  const refOf = (kind: ActorRef['kind'], row: Row): ActorRef => ({
    kind,
    id: row.id,
    label: labelOf(row) ?? String(row.id),
  });

  return {
    /** @returns null when there is none. */
    async find({ kind, id }: Pick<ActorRef, 'kind' | 'id'>): Promise<ActorRef | null> {
      if (!has(kind)) return null;
      const row = (await strapi.db.query(TABLES[kind]).findOne({ where: { id } })) as Row | null;
      return row === null || !isOfKind(kind, row) ? null : refOf(kind, row);
    },

    /** The first of each kind. */
    async list(): Promise<ActorRef[]> {
      const lists = ACTOR_KINDS.filter(has).map(async (kind) => {
        const query = strapi.db.query(TABLES[kind]);
        const rows = (await query.findMany({ orderBy: { id: 'asc' }, limit: MAX_LISTED })) as Row[];
        return rows.filter((row) => isOfKind(kind, row)).map((row) => refOf(kind, row));
      });
      return (await Promise.all(lists)).flat();
    },
  };
}

export type Actors = ReturnType<typeof createActors>;
