/**
 * Runs the work of every second by a timer of its own rather than by Strapi's cron: plugins may
 * restrict cron jobs to one node, and cron follows the wall clock, which may be set back
 * (docs/decisions/0006).
 */
const EVERY_MS = 1_000;

export function createHeartbeat() {
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  return {
    /** @param beat never rejects. Beats may overlap. */
    start(beat: () => Promise<void>): void {
      timer = setInterval(() => {
        const run = beat().finally(() => running.delete(run));
        running.add(run);
      }, EVERY_MS);
      timer.unref();
    },

    /** Resolves when the running beats are done: no query follows. */
    async stop(): Promise<void> {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}
