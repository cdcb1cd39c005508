/** When an endpoint is compared without being asked, and what is done then. */
export interface ReconcilePlan {
  /** Five fields: `0 3 * * *`. */
  cron: string;
  /** IANA name; null: UTC. */
  timezone: string | null;
  /** Compare bytes, too. */
  exact: boolean;
  /** Send what differs. Otherwise count and list it. */
  heal: boolean;
}

export interface LedgerInput {
  /** Remember what it has acknowledged of each document. */
  ledger?: boolean;
  /** Compare its ledger with the content at these times. Absent: unchanged. Null: only when asked. */
  reconcile?: (Pick<ReconcilePlan, 'cron'> & Partial<ReconcilePlan>) | null;
}
