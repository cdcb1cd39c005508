/** Own tables are operated through the plugin's pages and API, never through the Content Manager, the builder or GraphQL. */
export const HIDDEN = {
  'content-manager': { visible: false },
  'content-type-builder': { visible: false },
} as const;

/**
 * Epoch milliseconds, or a count that may pass 2^31. Drivers disagree on what they return: `store/sql/rows.ts` knows.
 *
 * Made anew for each attribute: Strapi writes the column's name into it, and two attributes that
 * are one object become one column.
 */
export const instant = () => ({ type: 'biginteger' }) as const;

/** Row id of another table of ours. No foreign key: the log outlives what it speaks of. */
export const rowId = () => ({ type: 'integer' }) as const;
