/** Creates or changes by name. Of several nodes that do the same at once, one writes. */
import type { Runtime } from '../runtime/runtime';

/** Result of an `upsert`. */
export interface Upserted {
  outcome: 'created' | 'changed' | 'unchanged';
}

/** How to reach what is wanted from what is stored. */
type Step =
  | { create: () => Promise<number> }
  /** Null: nothing differs. */
  | { id: number; change: (() => Promise<void>) | null };

/**
 * Reads first without a lock, so that a repeated call does not write.
 *
 * @param read looks at what is stored. Called again under the lock.
 */
export async function upserted(
  { store, directory }: Runtime,
  read: () => Promise<Step>
): Promise<{ id: number } & Upserted> {
  const first = await read();
  if ('id' in first && first.change === null) return { id: first.id, outcome: 'unchanged' };
  const result = await store.inTransaction(async () => {
    await store.touchDirectory();
    const step = await read();
    if ('create' in step) return { id: await step.create(), outcome: 'created' as const };
    if (step.change === null) return { id: step.id, outcome: 'unchanged' as const };
    await step.change();
    return { id: step.id, outcome: 'changed' as const };
  });
  await directory.refresh();
  return result;
}
