/**
 * Bounds the wait for a database that neither answers nor closes the connection, for example after
 * a failover or behind a firewall that dropped it. Drivers wait forever by default, and the
 * delivery loop would stand still until the process restarts.
 *
 * The statement may still be executed. A retry is safe, because leases are fenced by their token.
 */

/** Above any lock timeout (MySQL: 50 s). */
export const SILENCE_MS = 120_000;

/** @throws when the work does not end in time. Its connection is left to the driver. */
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
