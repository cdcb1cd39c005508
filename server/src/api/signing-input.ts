/** Checks how an endpoint signs: its kinds of signature, their header, and a secret brought by its owner. */
import type { EndpointInput } from './types';
import { CoreError } from '../core/errors';
import { problemOfSignatureName } from '../core/safety/headers';
import { secretKey } from '../core/signing/signature';
import type { EndpointRecord, EndpointWrite } from '../store/types';

type Given = Pick<EndpointInput, 'signatures' | 'signatureHeader'>;

/**
 * The columns that are to be written, checked with those that stay.
 *
 * @param headerNames of the endpoint's own headers, as they will be.
 * @throws CoreError INVALID_HEADER, INVALID_VALUE at `signatureHeader`.
 */
export function signingColumns(
  { signatures, signatureHeader }: Given,
  stored: EndpointRecord | undefined,
  headerNames: () => readonly string[]
): Partial<Pick<EndpointWrite, 'signatures' | 'signatureHeader'>> {
  const hasHeader = (signatures ?? stored?.signatures ?? []).includes('hmac');
  const kept = stored?.signatureHeader ?? null;
  const wanted = signatureHeader === undefined ? kept : signatureHeader;
  if (hasHeader) assertName(wanted, headerNames());
  else assertUnused(signatureHeader ?? null);
  // Without its kind a name is of no use. It is not kept for later.
  const name = hasHeader ? wanted : null;
  return {
    ...(signatures !== undefined && { signatures }),
    ...(name !== kept && { signatureHeader: name }),
  };
}

function assertUnused(given: string | null): void {
  if (given === null) return;
  throw new CoreError(
    'INVALID_VALUE',
    'signatureHeader needs "hmac" among the signatures',
    'signatureHeader'
  );
}

function assertName(name: string | null, taken: readonly string[]): void {
  if (name === null) {
    throw new CoreError(
      'INVALID_VALUE',
      'signatureHeader is missing: it names the header of the signature "hmac"',
      'signatureHeader'
    );
  }
  const isTaken = taken.some((other) => other.toLowerCase() === name.toLowerCase());
  const problem = isTaken ? 'is among the headers already' : problemOfSignatureName(name);
  if (problem === null) return;
  throw new CoreError('INVALID_HEADER', `header "${name}" ${problem}`, 'signatureHeader');
}

/** @throws CoreError INVALID_SECRET at `secret`. */
export function checkedSecret(secret: string): string {
  secretKey(secret, 'secret');
  return secret;
}

/** Rotating during the overlap invalidates a secret that receivers may still use. */
export const stillInOverlap = (until: number): CoreError =>
  new CoreError(
    'CONFLICT',
    `a previous secret is valid until ${new Date(until).toISOString()}; ` +
      'to rotate now and expire it immediately, pass force',
    'force'
  );
