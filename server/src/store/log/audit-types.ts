/** The audit log: who changed what in the panel or over the admin API. */
import type { SettingChange } from '../../core/audit/changes';
import type { Actor } from '../../core/message/message';
import type { PageRequest } from './page-types';

export const AUDITED_ITEMS = [
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

export type AuditedItem = (typeof AUDITED_ITEMS)[number];

export interface AuditEntry {
  id: number;
  at: number;
  actor: Actor;
  /** `create`, `pause`, `rotate-secret` and the like. */
  action: string;
  item: AuditedItem;
  /** Row id, message id or name of the item; null where there is only one, or several were changed. */
  key: string | null;
  /** The item's name then. */
  name: string | null;
  /** Changed settings. Secret values are masked. */
  changes: SettingChange[];
}

export interface AuditFilter {
  item?: AuditedItem | undefined;
  key?: string | undefined;
  actor?: Pick<Actor, 'kind' | 'id'> | undefined;
}

export interface AuditStore {
  /** In the caller's transaction, so that a change and its entry are kept together or not at all. */
  addAudit(entry: Omit<AuditEntry, 'id'>): Promise<void>;
  /** Newest first. */
  listAudit(filter: AuditFilter, page: Pick<PageRequest, 'past' | 'limit'>): Promise<AuditEntry[]>;
  /** The people and tokens of the log, by the name they had last. */
  auditActors(limit: number): Promise<Actor[]>;
  /** Deletes one batch. @returns the number of rows; 0 when none are left. */
  purgeAudit(before: number, limit: number): Promise<number>;
}
