/** Logs the beginning and the end of an outage, not every failure in between. */
import type { Log } from './ports';

type Operation = 'claim' | 'settle' | 'release' | 'attempt' | 'send';

export type Outages = ReturnType<typeof createOutages>;

const CONSEQUENCE: Record<Operation, string> = {
  claim: 'due messages could not be claimed; trying again each second',
  settle: 'attempts could not be recorded; trying again each second while their leases last',
  release: 'messages could not be handed back; they are due again when their leases end',
  send: 'nothing gets out; messages wait uncounted, and one is tried each second',
  attempt: 'a message could not be prepared; it is due again when its lease ends',
};

export function createOutages(log: Log) {
  const failures = new Map<Operation, number>();

  return {
    failed(operation: Operation, error: unknown): void {
      const count = (failures.get(operation) ?? 0) + 1;
      failures.set(operation, count);
      const text = `${CONSEQUENCE[operation]}: ${textOf(error)}`;
      if (count === 1) log.error(text, { error });
      else log.debug(text);
    },

    worked(operation: Operation): void {
      const count = failures.get(operation);
      if (count === undefined) return;
      failures.delete(operation);
      log.info(`${operation} works again after ${count} failures`);
    },
  };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
