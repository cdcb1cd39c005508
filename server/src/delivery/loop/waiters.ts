/** Promises that resolve when a condition holds. `look` checks it. */
export function createWaiters(isSo: () => boolean) {
  let waiting: (() => void)[] = [];

  return {
    wait(): Promise<void> {
      if (isSo()) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    },

    look(): void {
      if (waiting.length === 0 || !isSo()) return;
      const told = waiting;
      waiting = [];
      for (const resolve of told) resolve();
    },
  };
}
