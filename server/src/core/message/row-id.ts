/** Ids of rows as callers write them. */

/** Strapi's ids are 32-bit integers. PostgreSQL answers a larger one with an error, not with "no such row". */
export const MAX_ROW_ID = 2_147_483_647;

/** @returns null when no row can have that id. */
export function parseRowId(text: string): number | null {
  if (!/^[1-9]\d{0,9}$/.test(text)) return null;
  const id = Number(text);
  return id <= MAX_ROW_ID ? id : null;
}
