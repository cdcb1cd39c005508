/** Runs steps one after the other. A failed step does not stop the others, and is logged once, not every second. */
import type { Log } from '../loop/ports';

export type Step = () => Promise<unknown> | void;

/** @param steps in order. Their names are used in the log. */
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
    /** Never rejects. Resolves at once while an earlier run is under way: delivery must not wait for a step that hangs. */
    async run(): Promise<void> {
      if (isRunning) return;
      isRunning = true;
      for (const [name, step] of Object.entries(steps)) await take(name, step);
      isRunning = false;
    },
  };
}
