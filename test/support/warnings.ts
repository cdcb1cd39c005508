/** What the plugin warns of. */
import type { Core } from '@strapi/strapi';

/** @returns the lines that were logged as warnings while this was done. */
export async function warningsDuring(
  { log }: Core.Strapi,
  work: () => Promise<unknown>
): Promise<string[]> {
  const { level } = log;
  log.level = 'warn';
  const warn = jest.spyOn(log, 'warn').mockReturnThis();
  try {
    await work();
    return (warn.mock.calls as unknown[]).map(String);
  } finally {
    warn.mockRestore();
    log.level = level;
  }
}
