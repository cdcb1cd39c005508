/** Checks the tokens and users that an endpoint ignores, and names them. */
import type { EndpointInput } from './types';
import { CoreError } from '../core/errors';
import type { EndpointWrite } from '../store/types';
import type { Runtime } from '../runtime/runtime';

/** @throws CoreError INVALID_VALUE for one that does not exist, at `ignoredActors.<index>`. */
export async function actorColumns(
  { actors }: Runtime,
  given: EndpointInput['ignoredActors']
): Promise<Partial<Pick<EndpointWrite, 'ignoredActors'>>> {
  if (given === undefined) return {};
  const known: EndpointWrite['ignoredActors'] = [];
  for (const [index, ref] of given.entries()) {
    const found = await actors.find(ref);
    if (found === null) {
      const field = `ignoredActors.${index}`;
      throw new CoreError('INVALID_VALUE', `there is no ${ref.kind} ${ref.id}`, field);
    }
    if (!known.some(({ kind, id }) => kind === found.kind && id === found.id)) known.push(found);
  }
  return { ignoredActors: known };
}
