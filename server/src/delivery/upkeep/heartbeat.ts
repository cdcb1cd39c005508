/**
 * One beat a second: Strapi's cron, and a watch on it.
 *
 * Cron waits for an instant of the machine's wall clock. Set that clock back by an hour (a corrected
 * time, a restored snapshot of a virtual machine) and cron is silent for an hour, and with it every
 * retry. The watch counts time that is never set, and starts the job anew when it hears nothing.
 */
import type { Core } from '@strapi/strapi';

import type { Log } from '../loop/ports';

const EVERY_SECOND = '* * * * * *';
const WATCH_EVERY_MS = 1_000;
/** A busy event loop is late as well. */
const SILENCE_MS = 2_500;
/** Where something else keeps the job from running (a lock among nodes, say), starting it anew does not help. */
const MAX_SILENCE_MS = 60_000;

interface Dependencies {
  cron: Core.Strapi['cron'];
  /** Of the cron job. */
  name: string;
  /** Never rejects; overlapping beats are its own affair. */
  beat: () => Promise<void>;
  /** Milliseconds since some instant, never set. */
  monotonicMs: () => number;
  log: Log;
}

export function createHeartbeat({ cron, name, beat, monotonicMs, log }: Dependencies) {
  let heardAt = 0;
  let patienceMs = SILENCE_MS;
  let timer: NodeJS.Timeout | undefined;

  function onCron(): Promise<void> {
    heardAt = monotonicMs();
    patienceMs = SILENCE_MS;
    return beat();
  }

  const add = (): void => {
    cron.add({ [name]: { task: onCron, options: { rule: EVERY_SECOND } } });
  };

  function watch(): void {
    const silentMs = monotonicMs() - heardAt;
    if (silentMs < patienceMs) return;
    log.info(`cron was silent for ${Math.round(silentMs)} ms: its job is started anew`);
    heardAt = monotonicMs();
    patienceMs = Math.min(2 * patienceMs, MAX_SILENCE_MS);
    cron.remove(name);
    add();
  }

  return {
    start(): void {
      heardAt = monotonicMs();
      add();
      timer = setInterval(watch, WATCH_EVERY_MS);
      timer.unref();
    },
    stop(): void {
      clearInterval(timer);
      cron.remove(name);
    },
    /** What the timer calls. */
    watch,
  };
}
