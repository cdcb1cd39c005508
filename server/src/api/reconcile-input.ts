/** Checks when an endpoint is compared against its other settings. */
import { CoreError } from '../core/errors';
import type { EndpointRecord, EndpointWrite } from '../store/types';
import { parseCron } from './cron';
import { valueOf } from './input';
import type { EndpointInput } from './types';

type Given = Pick<Partial<EndpointInput>, 'ledger' | 'reconcile'>;

/** @throws CoreError naming the field. */
export function reconcileColumns(
  given: Given,
  stored: EndpointRecord | undefined
): Pick<Partial<EndpointWrite>, 'reconcile'> {
  const { reconcile } = given;
  const isPlanned = valueOf(reconcile, stored?.reconcile, null) !== null;
  if (isPlanned && !valueOf(given.ledger, stored?.ledger, false)) {
    throw new CoreError(
      'INVALID_VALUE',
      'only an endpoint with a ledger is compared: what its receiver acknowledges has to be remembered',
      reconcile === undefined ? 'ledger' : 'reconcile'
    );
  }
  if (reconcile === undefined || reconcile === null) {
    return reconcile === undefined ? {} : { reconcile };
  }
  const { exact = false, heal = false } = reconcile;
  return { reconcile: { ...timesOf(reconcile), exact, heal } };
}

function timesOf({ cron, timezone }: NonNullable<Given['reconcile']>) {
  try {
    return parseCron(cron, timezone);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    throw new CoreError(error.code, error.message, `reconcile.${error.field}`);
  }
}
