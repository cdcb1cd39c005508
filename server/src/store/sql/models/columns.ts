/**
 * Column types that the models share.
 *
 * Each is a function, because Strapi writes the column's name into the object: two attributes that
 * shared one object would become one column.
 */

/** The primary key. `wideIds` in `prepare-tables.ts` makes it 64-bit where Strapi makes it 32-bit. */
export const id = () => ({ type: 'increments' }) as const;

/** Epoch milliseconds, or a count that may exceed 2^31. Drivers return it differently: see `store/sql/rows.ts`. */
export const instant = () => ({ type: 'biginteger' }) as const;

/** Row id in another table. Not a foreign key, because the log outlives the rows it refers to. */
export const rowId = () => ({ type: 'biginteger' }) as const;

/** Set by Strapi's query engine. */
export const timestamps = () => ({
  createdAt: { type: 'datetime' } as const,
  updatedAt: { type: 'datetime' } as const,
});
