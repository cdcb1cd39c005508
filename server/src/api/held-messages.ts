/** Releases the messages on hold of an endpoint that is resumed. */
import type { Runtime } from '../runtime/runtime';

/**
 * Cancels the messages that are pending now, in batches, before the endpoint is resumed. If interrupted,
 * resuming again continues.
 */
export async function skipHeld({ store, clock }: Runtime, id: number): Promise<number> {
  const upTo = await store.maxMessageId();
  return store.cancelOf(id, { now: clock.now(), includeActive: false, upTo });
}

/** Makes a message of a suspended endpoint due: its probe needs one. */
export async function expediteOne({ store, clock }: Runtime, endpointId: number): Promise<void> {
  const filter = { state: ['pending' as const], endpointId: [endpointId] };
  const [row] = await store.listMessages(filter, { limit: 1 });
  if (row !== undefined) await store.expedite([row.id], clock.now());
}
