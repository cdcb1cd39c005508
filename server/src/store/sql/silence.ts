/**
 * A database that neither answers nor hangs up: a failover that left a connection behind, a firewall
 * that forgot it. Without an end to the waiting, the loop that asked would stand still until the
 * process is restarted: drivers wait for ever unless told otherwise, and a connection on which only
 * an answer is missing is never found dead.
 *
 * The statement may still be executed. A repetition is safe from that, because leases are
 * fenced by their token.
 */

/** Above any lock's timeout (MySQL: 50 s); a statement of ours takes milliseconds. */
export const SILENCE_MS = 120_000;

/** @throws when the work has not ended in time; its connection is left to the driver. */
export async function answered<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the database has not answered for ${SILENCE_MS / 1_000} s`));
    }, SILENCE_MS);
    timer.unref();
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}
