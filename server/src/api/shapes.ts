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

export type { Format as Transformation, FormatEvent, FormattedRequest } from '../core/shape/format';

export const createShapesService = () => {
  const formats = new Map<string, Format>();

  return {
    /**
     * Registers a transformation, or replaces the one of that name. Call it in the app's `register` or
     * `bootstrap`, on every node.
     *
     * @returns what unregisters it.
     * @throws CoreError INVALID_VALUE for a name that is not one, or what is no function.
     */
    register(name: string, format: Format): () => void {
      validateHandlerName(name, 'name');
      if (typeof format !== 'function') {
        throw new CoreError('INVALID_VALUE', 'must be a function', 'format');
      }
      formats.set(name, format);
      return () => {
        if (formats.get(name) === format) formats.delete(name);
      };
    },

    find: (name: string): Format | undefined => formats.get(name),
    names: (): string[] => [...formats.keys()],
  };
};

export type ShapesService = ReturnType<typeof createShapesService>;
