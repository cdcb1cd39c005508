/** Converts the plan of comparisons between the form and the admin API. */
import type { EndpointInput, EndpointView } from '../../../../server/src/panel/contract';

const CRONS = { hour: '0 * * * *', day: '0 3 * * *', week: '0 3 * * 0' };

export const WHENS = ['never', 'hour', 'day', 'week', 'cron'] as const;
type When = (typeof WHENS)[number];

export interface ReconcileFields {
  when: When;
  /** Kept while another choice is made. */
  cron: string;
  timezone: string;
  look: 'fast' | 'exact';
  then: 'list' | 'send';
}

const UTC = 'UTC';
const NEVER: ReconcileFields = {
  when: 'never',
  cron: CRONS.day,
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  look: 'fast',
  then: 'list',
};

const whenOf = (cron: string): When =>
  (Object.keys(CRONS) as (keyof typeof CRONS)[]).find((when) => CRONS[when] === cron) ?? 'cron';

export const reconcileFieldsOf = (plan: EndpointView['reconcile'] | undefined): ReconcileFields => {
  if (!plan) return NEVER;
  const { cron, timezone, exact, heal } = plan;
  return {
    ...{ when: whenOf(cron), cron, timezone: timezone ?? UTC },
    ...{ look: exact ? 'exact' : 'fast', then: heal ? 'send' : 'list' },
  };
};

/** @param ledger whether the endpoint has one; without, nothing is compared. */
export const reconcileInputOf = (
  { when, cron, timezone, look, then }: ReconcileFields,
  ledger: boolean
): EndpointInput['reconcile'] => {
  if (!ledger || when === 'never') return null;
  return {
    cron: when === 'cron' ? cron : CRONS[when],
    timezone: timezone === UTC ? null : timezone,
    exact: look === 'exact',
    heal: then === 'send',
  };
};
