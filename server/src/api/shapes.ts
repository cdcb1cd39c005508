/**
 * Registers transformations in the app's own code:
 *
 *     strapi.plugin('guaranteed-webhooks').service('shapes')
 *       .register('crm', (event) => ({ body: { id: event.documentId, name: event.entry?.name } }));
 *
 * An endpoint names one as its format. It runs in the transaction of the content change, once for each
 * event: it must be synchronous and pure, and null sends nothing. If it throws, the change is kept and the
 * message becomes a dead letter that says why.
 */
import { CoreError } from '../core/errors';
import { validateHandlerName } from '../core/message/callback-target';
import type { Format } from '../core/shape/format';
import { INCLUDED, type Included } from '../core/shape/view';

export type { Format as Transformation, FormatEvent, FormattedRequest } from '../core/shape/format';

export interface TransformationOptions {
  /** Facts about a change that the function reads. Each costs a read in the transaction of the change. */
  needs?: readonly Included[];
}

const NOTHING: readonly Included[] = [];

export const createShapesService = () => {
  const formats = new Map<string, { format: Format; needs: readonly Included[] }>();

  return {
    /**
     * Registers a transformation, or replaces the one of that name. Call it in the app's `register` or
     * `bootstrap`, on every node.
     *
     * @returns what unregisters it.
     * @throws CoreError INVALID_VALUE for a name that is not one, what is no function, or an unknown need.
     */
    register(
      name: string,
      format: Format,
      { needs = NOTHING }: TransformationOptions = {}
    ): () => void {
      validateHandlerName(name, 'name');
      if (typeof format !== 'function') {
        throw new CoreError('INVALID_VALUE', 'must be a function', 'format');
      }
      if (!Array.isArray(needs) || !needs.every((one) => INCLUDED.includes(one as Included))) {
        throw new CoreError('INVALID_VALUE', `must be a list of ${INCLUDED.join(', ')}`, 'needs');
      }
      const registered = { format, needs };
      formats.set(name, registered);
      return () => {
        if (formats.get(name) === registered) formats.delete(name);
      };
    },

    find: (name: string): Format | undefined => formats.get(name)?.format,
    needs: (name: string): readonly Included[] => formats.get(name)?.needs ?? NOTHING,
    names: (): string[] => [...formats.keys()],
  };
};

export type ShapesService = ReturnType<typeof createShapesService>;
