/** The search of the audit log, as it is in the address. */
import type { AuditQuery } from '../../../../server/src/panel/contract';

export const ITEMS = [
  'topic',
  'endpoint',
  'schedule',
  'queue',
  'flow-key',
  'message',
  'job',
  'signing-keys',
  'environment',
  'alerts',
] as const;

export interface AuditSearch {
  item?: (typeof ITEMS)[number] | undefined;
  key?: string | undefined;
  /** Kind and id: `admin:7`. */
  actor?: string | undefined;
}

/** @returns only what may be asked for: an address can be written by hand. */
export function searchIn(params: URLSearchParams): AuditSearch {
  const item = ITEMS.find((one) => one === params.get('item'));
  const actor = params.get('actor') ?? '';
  return {
    ...(item !== undefined && { item, key: params.get('key') ?? undefined }),
    ...(/^(admin|admin-token|api-token|user):\d+$/.test(actor) && { actor }),
  };
}

export function auditQueryOf({ item, key, actor }: AuditSearch): AuditQuery {
  const [kind, id] = actor?.split(':') ?? [];
  return {
    item,
    key: key === '' ? undefined : key,
    ...(kind !== undefined && {
      actorKind: kind as NonNullable<AuditQuery['actorKind']>,
      actorId: Number(id),
    }),
  };
}
