/**
 * The judgement of a round: what was committed, against what the receiver got. Pure, so that the
 * judge can be judged (`verdict.test.ts`): a harness that cannot find a lost event proves nothing.
 */
import type { Recorded } from './evidence';
import type { Receipt } from './receiver';
import { roundOf, type Report } from './protocol';

export interface Findings {
  /** Events of committed changes, published messages included. */
  committed: number;
  /** Changes rolled back on purpose, as far as the victim lived to say so. */
  rolledBack: number;
  delivered: number;
  /** Committed, and the receiver never accepted it. */
  lost: number;
  /** The receiver got it, and it was never committed. */
  phantom: number;
  /** Messages that were accepted more than once. */
  duplicated: number;
  /** Of those: answered before the kill, and the answer not recorded. */
  duplicatedUnrecorded: number;
  /** Of those: an answer that came too late to be heard. Any other reason would be a fault. */
  duplicatedUnheard: number;
  /** One change under two message ids, or one message id with two bodies. */
  inconsistent: number;
  /** Acknowledged to the caller, and not in the database. */
  vanished: number;
}

export interface Case {
  round: number;
  reports: readonly Report[];
  receipts: readonly Receipt[];
  committed: ReadonlySet<string>;
  recorded: ReadonlyMap<string, Recorded>;
}

export function judge({ round, reports, ...all }: Case): Findings {
  const acknowledged = reports.flatMap((report) =>
    report.kind === 'acknowledged' ? report.titles : []
  );
  const published = acknowledged.filter((title) => title.includes(' publish '));
  const committed = new Set([...ofRound(all.committed, round), ...published]);
  const receipts = all.receipts.filter((receipt) => roundOf(receipt.title) === round);
  const accepted = groupBy(
    receipts.filter((receipt) => receipt.accepted),
    (receipt) => receipt.title
  );
  const repeated = [...accepted.values()].filter((group) => group.length > 1);
  const reasons = repeated.map((group) => reasonOf(group, all.recorded));
  const seen = groupBy(receipts, (receipt) => receipt.title);
  const delivered = [...committed].filter((title) => accepted.has(title)).length;

  return {
    committed: committed.size,
    rolledBack: reports.filter((report) => report.kind === 'rolled-back').length,
    delivered,
    lost: committed.size - delivered,
    phantom: [...seen.keys()].filter((title) => !committed.has(title)).length,
    duplicated: repeated.length,
    duplicatedUnrecorded: reasons.filter((reason) => reason === 'unrecorded').length,
    duplicatedUnheard: reasons.filter((reason) => reason === 'unheard').length,
    inconsistent: [...seen.values()].filter((group) => !isOneMessage(group)).length,
    vanished: acknowledged.filter((title) => !committed.has(title)).length,
  };
}

const ofRound = (titles: ReadonlySet<string>, round: number): string[] =>
  [...titles].filter((title) => roundOf(title) === round);

/** Why it was accepted several times. Once a delivery is recorded, there is no reason to send again. */
function reasonOf(
  group: readonly Receipt[],
  recorded: ReadonlyMap<string, Recorded>
): 'unrecorded' | 'unheard' | 'unknown' {
  const attempts = recorded.get(group[0]?.webhookId ?? '');
  if (attempts?.delivered !== 1) return 'unknown';
  return attempts.unheard >= group.length - 1 ? 'unheard' : 'unrecorded';
}

/** Strapi's own webhooks have no id to compare. */
function isOneMessage(group: readonly Receipt[]): boolean {
  const ids = new Set(group.map((receipt) => receipt.webhookId));
  const bodies = new Set(group.map((receipt) => receipt.body));
  return ids.size === 1 && bodies.size === 1;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
