/** Groups failed messages by reasons that a filter can select. Pure. */
import type { Failure } from '../../components/doctor/diagnose';
import type {
  DeadLetterReason,
  MessageFilter,
  OutcomeKind,
} from '../../../../server/src/panel/contract';

export interface Reason {
  key: string;
  endpointId: number | null;
  endpointName: string | null;
  endpointDeleted: boolean;
  /** Null: no response. */
  status: number | null;
  /** Why there was no response. A filter cannot tell these apart. */
  outcomes: OutcomeKind[];
  /** Of the newest of them. */
  failure: Failure;
  count: number;
  oldest: number;
  newest: number;
}

const NO_RESPONSE = 0;
const NO_ENDPOINT = 0;

const keyOf = ({ endpointId, lastStatus }: DeadLetterReason) => `${endpointId}/${lastStatus}`;

const reasonOf = (key: string, group: DeadLetterReason): Reason => {
  const { lastOutcome, lastStatus, lastError, ...shown } = group;
  return {
    ...shown,
    key,
    status: lastStatus,
    outcomes: lastOutcome === null ? [] : [lastOutcome],
    failure: { outcome: lastOutcome, status: lastStatus, error: lastError },
  };
};

const merged = (one: Reason, other: Reason): Reason => ({
  ...one,
  outcomes: [...one.outcomes, ...other.outcomes],
  failure: (one.newest > other.newest ? one : other).failure,
  count: one.count + other.count,
  oldest: Math.min(one.oldest, other.oldest),
  newest: Math.max(one.newest, other.newest),
});

/**
 * Merges groups of the same endpoint and status, so that the count equals what the filter matches.
 */
export const reasonsOf = (groups: readonly DeadLetterReason[]): Reason[] => {
  const reasons = new Map<string, Reason>();
  for (const group of groups) {
    const key = keyOf(group);
    const known = reasons.get(key);
    reasons.set(
      key,
      known === undefined ? reasonOf(key, group) : merged(known, reasonOf(key, group))
    );
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count);
};

/** Filter that matches exactly the messages of this reason. */
export const filterOf = ({ endpointId, status }: Reason): MessageFilter => ({
  state: ['dead'],
  endpointId: [endpointId ?? NO_ENDPOINT],
  status: [status ?? NO_RESPONSE],
});
