/** Counts and last deliveries of all endpoints. */
import { COUNTED_UP_TO } from '../core/message/limits';
import type { FullStore } from '../store/types';
import type { EndpointHealthView } from './types';

export async function healthOf(
  store: Pick<FullStore, 'listEndpoints' | 'countByEndpoint' | 'lastDeliveries'>
): Promise<EndpointHealthView[]> {
  const ids = (await store.listEndpoints()).map(({ id }) => id);
  const counts = await store.countByEndpoint(ids, COUNTED_UP_TO);
  const delivered = await store.lastDeliveries(ids);
  return ids.map((endpointId) => ({
    endpointId,
    ...(counts.get(endpointId) ?? { pending: 0, dead: 0 }),
    countedUpTo: COUNTED_UP_TO,
    lastDeliveredAt: delivered.get(endpointId) ?? null,
  }));
}
