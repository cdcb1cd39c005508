/** Those who wait until something is so: told when somebody looks and finds it so. */
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
