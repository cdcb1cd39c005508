/**
 * Sends one request and says what came of it. The only module that opens sockets.
 *
 * One call is one attempt: no retry, no redirect, no decompression, no cookie. Whatever goes wrong is
 * an `Outcome`; `aborted` only when the signal fired.
 */
import type { Outcome, OutgoingRequest } from '../core/message';
import type { UrlPolicy } from '../core/url-safety';
import type { Sender } from '../dispatcher/ports';
import { createAgent, type ResolveAll } from './agent';
import { exchange, type Target } from './exchange';

export interface SenderOptions {
  urlPolicy: UrlPolicy;
  /** Bytes of a response that are read and kept. */
  maxResponseBytes: number;
  /** Default: the operating system's resolver. */
  resolveAll?: ResolveAll;
}

export function createSender(options: SenderOptions): Sender & { close(): Promise<void> } {
  const { urlPolicy, maxResponseBytes, resolveAll } = options;
  const agent = createAgent(urlPolicy, resolveAll);
  const abortsOf = groupAborts();

  return {
    async send(request: OutgoingRequest, signal: AbortSignal): Promise<Outcome | 'aborted'> {
      if (signal.aborted) return 'aborted';
      const target = targetOf(request.url);
      if (target === null) return { kind: 'blocked', error: 'the URL is not valid' };
      return exchange(agent, target, request, { maxResponseBytes, onAbort: abortsOf(signal) });
    },

    /** Closes every connection. For when nothing is in flight any more. */
    close: () => agent.destroy(),
  };
}

function targetOf(url: string): Target | null {
  if (!URL.canParse(url)) return null;
  const { origin, pathname, search } = new URL(url);
  return { origin, path: pathname + search };
}

/**
 * One listener per signal, however many exchanges it may stop: the dispatcher gives all of them the
 * same one, and an `AbortSignal` searches its listeners in a row to remove one, and warns of the 11th.
 */
function groupAborts(): (signal: AbortSignal) => (abort: () => void) => () => void {
  const groups = new WeakMap<AbortSignal, Set<() => void>>();

  function groupOf(signal: AbortSignal): Set<() => void> {
    const known = groups.get(signal);
    if (known !== undefined) return known;
    const aborts = new Set<() => void>();
    groups.set(signal, aborts);
    signal.addEventListener(
      'abort',
      () => {
        for (const abort of aborts) abort();
      },
      { once: true }
    );
    return aborts;
  }

  return (signal) => (abort) => {
    const aborts = groupOf(signal);
    aborts.add(abort);
    return () => {
      aborts.delete(abort);
    };
  };
}
