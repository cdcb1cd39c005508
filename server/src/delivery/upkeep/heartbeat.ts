/**
 * Runs the work of each second, by a timer of the plugin's own.
 *
 * Not a cron job of Strapi's. Plugins that let only one node run a job (a lock in Redis) would keep the
 * other nodes from reading changed endpoints and from retrying, and cron waits for an instant of the
 * machine's wall clock: set that clock back by an hour, and it is silent for an hour. A timer counts
 * time that is never set (docs/decisions/0006).
 */
const EVERY_MS = 1_000;

export function createHeartbeat() {
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  return {
    /** @param beat never rejects; one may begin while the one before it still runs. */
    start(beat: () => Promise<void>): void {
      timer = setInterval(() => {
        const run = beat().finally(() => running.delete(run));
        running.add(run);
      }, EVERY_MS);
      timer.unref();
    },

    /** Resolves when the beats that have begun are done: nothing is asked of the database after it. */
    async stop(): Promise<void> {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}
