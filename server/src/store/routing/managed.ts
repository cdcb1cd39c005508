/**
 * Refuses changes of settings that a file of the project describes. State, secrets and health may change: they are not
 * settings. A write that names `managedBy` is that of the file.
 */
import { managedError } from '../../core/routing/managed';
import type { StoreContext } from '../sql/context';
import { idsOf, integer, text, textOrNull, type Row } from '../sql/rows';
import { UID } from '../sql/tables';

/** Columns of an endpoint that are no settings. */
const CONDITION = new Set([
  'state',
  'stateReason',
  'stateChangedAt',
  'secret',
  'previousSecret',
  'previousSecretUntil',
  'firstFailureAt',
  'breaker',
]);

/**
 * @param row the one to be changed, with its name and `managed_by`.
 * @throws CoreError MANAGED.
 */
export function assertEditable(
  kind: 'topic' | 'endpoint' | 'schedule',
  row: Row | undefined,
  data: Record<string, unknown> = {}
): void {
  const file = textOrNull(row?.managed_by);
  if (file === null || 'managedBy' in data) return;
  if (kind === 'endpoint' && Object.keys(data).every((column) => CONDITION.has(column))) return;
  throw managedError(`the ${kind} "${text(row?.name ?? row?.schedule_id)}"`, file);
}

/**
 * Refuses to subscribe a managed endpoint to a topic, or to end its subscription. Within a transaction.
 *
 * @param topicId null: a new topic.
 * @param next endpoints of the topic afterwards.
 * @throws CoreError MANAGED.
 */
export async function assertMembersEditable(
  { db }: StoreContext,
  topicId: number | null,
  next: readonly number[]
): Promise<void> {
  const managed = (await db.query(UID.endpoint).findMany({
    where: { managedBy: { $notNull: true } },
    populate: { topics: { select: ['id'] } },
  })) as Row[];
  for (const row of managed) {
    const subscribes = topicId !== null && idsOf(row.topics).includes(topicId);
    if (subscribes === next.includes(integer(row.id))) continue;
    throw managedError(`the subscription of "${text(row.name)}"`, text(row.managedBy));
  }
}
