/** Statements over lists of ids, a bounded number at a time. */

/** Below every database's limit on bound parameters. */
const IDS_PER_STATEMENT = 1_000;

/** Runs `work` over all ids, in order. @returns the sum of its results. */
export async function inBatches(
  ids: readonly number[],
  work: (batch: number[]) => Promise<number>
): Promise<number> {
  // Ascending, so that concurrent calls over the same rows lock them in the same order.
  const ordered = [...new Set(ids)].sort((a, b) => a - b);
  let sum = 0;
  for (let from = 0; from < ordered.length; from += IDS_PER_STATEMENT) {
    sum += await work(ordered.slice(from, from + IDS_PER_STATEMENT));
  }
  return sum;
}
