/**
 * Adds one listener per signal for all its exchanges: an `AbortSignal` removes listeners in linear
 * time, and warns of the 11th.
 */
export function groupAborts(): (signal: AbortSignal) => (abort: () => void) => () => void {
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
