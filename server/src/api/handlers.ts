/** Functions of the app, by name. Register them in its `register` or `bootstrap`, on every node that delivers. */
import { CoreError } from '../core/errors';
import { validateHandlerName } from '../core/message/callback-target';

export function createHandlers<Handler>() {
  const handlers = new Map<string, Handler>();

  return {
    /**
     * Registers a function, or replaces the one of that name.
     *
     * @returns what unregisters it.
     * @throws CoreError INVALID_VALUE for a name that cannot be addressed, or what is no function.
     */
    on(name: string, handler: Handler): () => void {
      validateHandlerName(name, 'name');
      if (typeof handler !== 'function') {
        throw new CoreError('INVALID_VALUE', 'must be a function', 'handler');
      }
      handlers.set(name, handler);
      return () => {
        if (handlers.get(name) === handler) handlers.delete(name);
      };
    },

    find: (name: string): Handler | undefined => handlers.get(name),
    names: (): string[] => [...handlers.keys()],
  };
}
