/**
 * The work of each second apart from delivery, step by step.
 *
 * Each step stands alone: a schedule that cannot be read must not keep another node's changes from
 * being seen, nor a clock that cannot be set the retention from running. What fails is tried again
 * with the next second, and said once, not each second.
 */
import type { Log } from '../loop/ports';

export type Step = () => Promise<unknown> | void;

/** @param steps in the order in which they are taken; their names are what the log says. */
export function createHousekeeping(steps: Readonly<Record<string, Step>>, log: Log) {
  const failing = new Set<string>();

  async function take(name: string, step: Step): Promise<void> {
    try {
      await step();
      if (failing.delete(name)) log.info(`each second: ${name} works again`);
    } catch (error) {
      if (!failing.has(name)) {
        log.error(`each second: ${name} failed, and is tried again`, { error });
      }
      failing.add(name);
    }
  }

  let isRunning = false;

  return {
    /**
     * Takes the steps, and never rejects. While an earlier run is still at it, resolves at once: what
     * follows in the second, delivery above all, must not wait for a step that hangs.
     */
    async run(): Promise<void> {
      if (isRunning) return;
      isRunning = true;
      for (const [name, step] of Object.entries(steps)) await take(name, step);
      isRunning = false;
    },
  };
}
