/** Dead letters by reason, as far as a filter can tell reasons apart. Pure. */
import type {
  DeadLetterGroup,
  MessageFilter,
  OutcomeKind,
} from '../../../../server/src/panel/contract';

export interface Reason {
  key: string;
  endpointId: number | null;
  endpointName: string | null;
  /** Null: there was no response. */
  status: number | null;
  /** Kinds of missing responses: a filter knows only that there was none. */
  outcomes: OutcomeKind[];
  count: number;
  oldest: number;
  newest: number;
}

const NO_RESPONSE = 0;
const NO_ENDPOINT = 0;

const keyOf = ({ endpointId, lastStatus }: DeadLetterGroup) => `${endpointId}/${lastStatus}`;

/** Groups of one endpoint and status become one reason, so that what is counted is what a filter matches. */
export const reasonsOf = (groups: readonly DeadLetterGroup[]): Reason[] => {
  const reasons = new Map<string, Reason>();
  for (const group of groups) {
    const key = keyOf(group);
    const { endpointId, endpointName, lastStatus, lastOutcome } = group;
    const known = reasons.get(key);
    reasons.set(key, {
      key,
      endpointId,
      endpointName,
      status: lastStatus,
      outcomes: [...(known?.outcomes ?? []), ...(lastOutcome === null ? [] : [lastOutcome])],
      count: (known?.count ?? 0) + group.count,
      oldest: Math.min(known?.oldest ?? Infinity, group.oldest),
      newest: Math.max(known?.newest ?? 0, group.newest),
    });
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count);
};

/** What finds its messages, and no others. */
export const filterOf = ({ endpointId, status }: Reason): MessageFilter => ({
  state: ['dead'],
  endpointId: [endpointId ?? NO_ENDPOINT],
  status: [status ?? NO_RESPONSE],
});
