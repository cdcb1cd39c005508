/** Which parts of an entry a shape has, as in Strapi's REST API. */

/** REST's `populate`: `*`, names, or an object. */
export type PopulateInput = string | string[] | Record<string, unknown>;

export interface View {
  /** The same for equal views. */
  key: string;
  /** Null: all of the entry's own. */
  fields: string[] | null;
  /** Null: no relations, media, components and dynamic zones. */
  populate: PopulateInput | null;
}

interface Viewed {
  fields?: string[] | null;
  populate?: PopulateInput | null;
}

/** @returns null for a shape with the entry as Strapi's webhooks have it. */
export function viewOf({ fields = null, populate = null }: Viewed): View | null {
  if (fields === null && populate === null) return null;
  return { key: JSON.stringify([fields, populate]), fields, populate };
}
