/** Creates or changes the endpoint of a name. */
import type { Runtime } from '../runtime/runtime';
import { endpointChanges, wantedEndpoint } from './endpoint-changes';
import { secretView } from './new-endpoint';
import type { EndpointInput, EndpointSecret } from './types';
import { upserted, type Upserted } from './upsert';

/**
 * @returns the secret only when one was made.
 * @throws CoreError naming the field; MANAGED.
 */
export async function upsertEndpoint(
  runtime: Runtime,
  input: EndpointInput
): Promise<{ id: number } & Upserted & Partial<EndpointSecret>> {
  const { store } = runtime;
  let made: Partial<EndpointSecret> = {};
  const result = await upserted(runtime, async () => {
    const topics = await store.listTopics();
    const wanted = await wantedEndpoint(runtime, input, topics);
    const { name } = wanted.write;
    const stored = (await store.listEndpoints()).find((one) => one.name === name);
    if (stored === undefined) {
      made = wanted.isOwnSecret ? {} : secretView(wanted.secret);
      return { create: () => store.createEndpoint(wanted.write) };
    }
    const { write } = endpointChanges(runtime, wanted, stored, String);
    const change = (): Promise<void> => store.updateEndpoint(stored.id, write);
    return { id: stored.id, change: Object.keys(write).length === 0 ? null : change };
  });
  return { ...result, ...(result.outcome === 'created' && made) };
}
