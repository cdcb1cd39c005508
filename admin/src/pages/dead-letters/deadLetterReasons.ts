/** Groups failed messages by reasons that a filter can select. Pure. */
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
  count: number;
  oldest: number;
  newest: number;
}

const NO_RESPONSE = 0;
const NO_ENDPOINT = 0;

const keyOf = ({ endpointId, lastStatus }: DeadLetterReason) => `${endpointId}/${lastStatus}`;

/**
 * Merges groups of the same endpoint and status, so that the count equals what the filter matches.
 */
export const reasonsOf = (groups: readonly DeadLetterReason[]): Reason[] => {
  const reasons = new Map<string, Reason>();
  for (const group of groups) {
    const key = keyOf(group);
    const { endpointId, endpointName, endpointDeleted, lastStatus, lastOutcome } = group;
    const known = reasons.get(key);
    reasons.set(key, {
      key,
      endpointId,
      endpointName,
      endpointDeleted,
      status: lastStatus,
      outcomes: [...(known?.outcomes ?? []), ...(lastOutcome === null ? [] : [lastOutcome])],
      count: (known?.count ?? 0) + group.count,
      oldest: Math.min(known?.oldest ?? Infinity, group.oldest),
      newest: Math.max(known?.newest ?? 0, group.newest),
    });
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count);
};

/** Filter that matches exactly the messages of this reason. */
export const filterOf = ({ endpointId, status }: Reason): MessageFilter => ({
  state: ['dead'],
  endpointId: [endpointId ?? NO_ENDPOINT],
  status: [status ?? NO_RESPONSE],
});
