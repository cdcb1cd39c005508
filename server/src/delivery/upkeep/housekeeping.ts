/** Runs steps one after the other. A failed step does not stop the others, and is logged once, not every second. */
import type { Log } from '../loop/ports';
import { AT_ONCE, NEVER } from './agenda';

/** @returns when it has work again; nothing when it knows of none. */
export type Step = () => Promise<number | void> | number | void;

/** @param steps in order. Their names are used in the log. */
export function createHousekeeping(steps: Readonly<Record<string, Step>>, log: Log) {
  const failing = new Set<string>();

  async function take(name: string, step: Step): Promise<number> {
    try {
      const next = await step();
      if (failing.delete(name)) log.info(`each second: ${name} works again`);
      return next ?? NEVER;
    } catch (error) {
      if (!failing.has(name)) {
        log.error(`each second: ${name} failed, and is tried again`, { error });
      }
      failing.add(name);
      return AT_ONCE;
    }
  }

  let isRunning = false;

  return {
    /**
     * Never rejects. Resolves at once while an earlier run is under way: delivery must not wait for a step that hangs.
     *
     * @returns when the first of the steps has work again.
     */
    async run(): Promise<number> {
      if (isRunning) return AT_ONCE;
      isRunning = true;
      let next = NEVER;
      for (const [name, step] of Object.entries(steps)) {
        next = Math.min(next, await take(name, step));
      }
      isRunning = false;
      return next;
    },
  };
}
