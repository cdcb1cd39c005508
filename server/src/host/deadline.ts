/**
 * Stops synchronous code of the app that takes too long. A timer cannot: it would only fire afterwards.
 * `vm` ends all JavaScript that runs beneath it, functions of the app included, and neither `catch` nor
 * `finally` in them can prevent it. A native call that blocks (`execSync`) ends first.
 */
import { createContext, Script } from 'node:vm';

import type { PluginConfig } from '../config/schema';
import { TOO_SLOW, type RenderContext } from '../core/shape/render';

const TIMED_OUT = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

type Bounded = RenderContext['bounded'];

/** @returns runs `work`. @throws what `work` throws, or an Error when it takes longer than `timeoutMs`. */
function createDeadline(timeoutMs: number): Bounded {
  const box: { run?: () => unknown } = {};
  const context = createContext(box);
  const script = new Script('run()');
  return <T>(work: () => T): T => {
    box.run = work;
    try {
      return script.runInContext(context, { timeout: timeoutMs }) as T;
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== TIMED_OUT) throw error;
      throw new Error(`${TOO_SLOW} ${timeoutMs} ms`, { cause: error });
    } finally {
      delete box.run;
    }
  };
}

export const renderContext = (
  { payload, transformations }: PluginConfig,
  code: Pick<RenderContext, 'codeFormat' | 'codeNeeds'>
): RenderContext => ({
  ...code,
  bounded: createDeadline(transformations.timeoutMs),
  maxBytes: payload.maxBytes,
});
