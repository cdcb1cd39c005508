/** Which parts of an entry a shape has, as in Strapi's REST API, and what it says about the change. */
import type { Needs } from '../filter/needs';

/** REST's `populate`: `*`, names, or an object. */
export type PopulateInput = string | string[] | Record<string, unknown>;

export const INCLUDED = ['previous', 'changed'] as const;
/** `previous`: the version before. `changed`: names of the attributes that differ from it. */
export type Included = (typeof INCLUDED)[number];

/** Returns the needs of a transformation of the app's code, by its name. */
export type NeedsOf = (transformation: string) => readonly Included[];

export interface EntryView {
  /** The same for equal views. */
  key: string;
  /** Null: all of the entry's own. */
  fields: string[] | null;
  /** Null: no relations, media, components and dynamic zones. */
  populate: PopulateInput | null;
}

export interface View {
  /** The same for equal views. */
  key: string;
  /** Null: as Strapi's webhooks have the entry. */
  entry: EntryView | null;
  include: readonly Included[];
}

interface Viewed {
  payload?: string;
  fields?: string[] | null;
  populate?: PopulateInput | null;
  include?: readonly Included[] | null;
  format?: { kind: string; name: string } | null;
}

const NO_NEEDS: NeedsOf = () => [];

/** @returns null for a shape with the body of Strapi's webhooks, or without an entry. */
export function viewOf(shape: Viewed, needsOf: NeedsOf = NO_NEEDS): View | null {
  const { payload, fields = null, populate = null, include, format } = shape;
  if (payload === 'thin') return null;
  const needed = format?.kind === 'code' ? needsOf(format.name) : [];
  const included = INCLUDED.filter((one) => include?.includes(one) || needed.includes(one));
  const isWhole = fields === null && populate === null;
  if (isWhole && included.length === 0) return null;
  const entry = isWhole ? null : { key: JSON.stringify([fields, populate]), fields, populate };
  return { key: JSON.stringify([fields, populate, included]), entry, include: included };
}

/** @returns what views need in addition to the entry; null: nothing. */
export function needsOfViews(views: readonly View[]): Needs | null {
  const asking = views.filter(({ include }) => include.length > 0);
  if (asking.length === 0) return null;
  // Relations are compared for `changed`. A view of its own reads them itself.
  const isWhole = asking.some(
    ({ entry, include }) => entry === null || include.includes('changed')
  );
  return { previous: isWhole ? 'all' : new Set(), gone: null };
}
