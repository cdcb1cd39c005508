/** The machine's clock, as this process sees it: set forward and back while everything runs. */

let skewMs = 0;

/** From here on, of whoever asks: the plugin, Strapi, its cron. */
export function setMachineClock(aheadMs: number): void {
  skewMs = aheadMs;
}

/** Once, before anything else is loaded. Timers are not touched: they count, and know no clock. */
export function takeOverMachineClock(): void {
  const Machine = Date;
  class SkewedDate extends Machine {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(Machine.now() + skewMs);
      else super(...(given as [number]));
    }
    static override now(): number {
      return Machine.now() + skewMs;
    }
  }
  globalThis.Date = SkewedDate as DateConstructor;
}
