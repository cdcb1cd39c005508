/** Runs a step in the next turn of the event loop, once for all who ask for it until then. Rests after work. */
import type { Outages } from './outages';
import type { Turns } from './turns';

interface Dependencies {
  turns: Pick<Turns, 'next' | 'rest'>;
  /** @returns whether there was work, and whether to go on without being asked. */
  step: () => { worked: boolean; goOn: boolean };
  outages: Pick<Outages, 'failed'>;
  /** Called when no further step is asked for. */
  onStill: () => void;
}

export function createSteps({ turns, step, outages, onStill }: Dependencies) {
  let isWanted = false;
  let isRunning = false;

  async function run(): Promise<void> {
    while (isWanted) {
      await turns.next();
      isWanted = false;
      const { worked, goOn } = step();
      isWanted ||= goOn;
      if (worked) await turns.rest();
    }
    isRunning = false;
    onStill();
  }

  return {
    ask(): void {
      isWanted = true;
      if (isRunning) return;
      isRunning = true;
      run().catch((error: unknown) => {
        isRunning = false;
        outages.failed('attempt', error);
      });
    },

    isRunning: (): boolean => isRunning,
  };
}
