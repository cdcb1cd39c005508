/** Ids of rows as callers write them. */

/** Row ids of events, messages and attempts are 64-bit. JavaScript counts this far. */
export const MAX_ROW_ID = Number.MAX_SAFE_INTEGER;
/** Ids of everything else are 32-bit. PostgreSQL answers a larger one with an error, not with "no such row". */
export const MAX_SHORT_ID = 2_147_483_647;

/** @returns null when no row can have that id. */
export function parseRowId(text: string, max = MAX_ROW_ID): number | null {
  if (!/^[1-9]\d{0,15}$/.test(text)) return null;
  const id = Number(text);
  return id <= max ? id : null;
}
