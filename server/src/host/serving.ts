/**
 * Whether Strapi has requests to answer. One that takes longer than a second is a download, an upload
 * or a stream, and does not count any more.
 */
import type { Server, ServerResponse } from 'node:http';

const COUNTS_FOR_MS = 1_000;

interface Options {
  server: Server;
  monotonicMs: () => number;
  /** A client sends the next request after the response to the last one: so long after it, Strapi is still serving. */
  lingerMs: number;
}

export function createServing({ server, monotonicMs, lingerMs }: Options) {
  /** When each began, the oldest first. */
  const young = new Map<ServerResponse, number>();
  let endedAt = -Infinity;

  function end(this: ServerResponse): void {
    if (young.delete(this)) endedAt = monotonicMs();
  }

  function begin(_request: unknown, response: ServerResponse): void {
    young.set(response, monotonicMs());
    response.once('close', end);
  }

  function forgetOld(now: number): void {
    for (const [response, beganAt] of young) {
      if (now - beganAt < COUNTS_FOR_MS) return;
      young.delete(response);
    }
  }

  server.on('request', begin);

  return {
    isServing(): boolean {
      const now = monotonicMs();
      forgetOld(now);
      return young.size > 0 || now - endedAt < lingerMs;
    },

    stop(): void {
      server.off('request', begin);
    },
  };
}
