/**
 * One connection per endpoint, opened for its first message. It is closed when the endpoint has other settings,
 * when it has been idle for a while, and when a message is not confirmed although nothing else was.
 */
import type { Connection } from './driver';

const IDLE_MS = 30_000;

interface Kept {
  /** The settings it was opened with. */
  settings: string;
  opening: Promise<Connection>;
  inUse: number;
  isLeaving: boolean;
  /** Messages confirmed so far. */
  confirmed: number;
  idle?: NodeJS.Timeout;
}

/** The use of a connection by one message. */
export interface Use {
  connection: Promise<Connection>;
  confirm(): void;
  /** @param unconfirmed the broker had the message, and did not answer in time. */
  end(unconfirmed: boolean): void;
}

export type Connections = ReturnType<typeof createConnections>;

export function createConnections() {
  const kept = new Map<number, Kept>();
  /** Also those that are not kept any more. */
  const open = new Set<Kept>();

  function close(one: Kept): Promise<unknown> {
    clearTimeout(one.idle);
    open.delete(one);
    // A failure to open is reported to the messages that wait for it, and one to close has no consequence.
    return one.opening.then((connection) => connection.close()).catch(() => undefined);
  }

  function leave(endpointId: number, one: Kept): void {
    if (kept.get(endpointId) === one) kept.delete(endpointId);
    one.isLeaving = true;
    if (one.inUse === 0) void close(one);
  }

  function made(
    endpointId: number,
    settings: string,
    connect: (onClosed: () => void) => Promise<Connection>
  ): Kept {
    const one: Kept = {
      settings,
      opening: connect(() => leave(endpointId, one)),
      inUse: 0,
      isLeaving: false,
      confirmed: 0,
    };
    one.opening.catch(() => leave(endpointId, one));
    kept.set(endpointId, one);
    open.add(one);
    return one;
  }

  return {
    use(
      endpointId: number,
      settings: string,
      connect: (onClosed: () => void) => Promise<Connection>
    ): Use {
      const known = kept.get(endpointId);
      if (known !== undefined && known.settings !== settings) leave(endpointId, known);
      const one = kept.get(endpointId) ?? made(endpointId, settings, connect);
      const confirmedBefore = one.confirmed;
      clearTimeout(one.idle);
      one.inUse += 1;
      return {
        connection: one.opening,
        confirm: () => {
          one.confirmed += 1;
        },
        end: (unconfirmed) => {
          one.inUse -= 1;
          if (unconfirmed && one.confirmed === confirmedBefore) leave(endpointId, one);
          else if (one.inUse > 0) return;
          else if (one.isLeaving) void close(one);
          else one.idle = setTimeout(() => leave(endpointId, one), IDLE_MS).unref();
        },
      };
    },

    close: () => Promise.all([...open].map(close)),
  };
}
