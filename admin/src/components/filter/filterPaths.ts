/** The names that a filter of these content types may use. Pure. */
import type { Catalog, FieldPath } from '../../../../server/src/panel/contract';

const ALWAYS: readonly FieldPath[] = [
  { path: 'event', kind: 'text' },
  { path: 'locale', kind: 'text' },
  { path: 'status', kind: 'text' },
  { path: 'actor.kind', kind: 'text' },
  { path: 'actor.label', kind: 'text' },
  { path: 'actor.id', kind: 'number' },
];

export interface FilterPaths {
  paths: readonly FieldPath[];
  /** Names that `changed` may have. */
  changeable: readonly string[];
}

const inAll = <T>(lists: readonly (readonly T[])[], keyOf: (item: T) => string): T[] => {
  const [first = [], ...others] = lists;
  const rest = others.map((list) => new Set(list.map(keyOf)));
  return first.filter((item) => rest.every((keys) => keys.has(keyOf(item))));
};

/** @param uids content types; null: all. A filter has to fit each of them. */
export const filterPaths = (catalog: Catalog, uids: readonly string[] | null): FilterPaths => {
  const types = catalog.contentTypes.filter(({ uid }) => uids === null || uids.includes(uid));
  const fields = inAll(
    types.map((type) => type.fields),
    ({ path, kind }) => `${path} ${kind}`
  );
  const of = (name: string) => fields.map(({ path, kind }) => ({ path: `${name}.${path}`, kind }));
  return {
    paths: [...of('entry'), { path: 'changed', kind: 'names' }, ...ALWAYS, ...of('previous')],
    changeable: inAll(
      types.map((type) => type.changeable),
      (name) => name
    ),
  };
};
