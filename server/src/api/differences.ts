/** Compares what is wanted of a topic or endpoint with what is stored. */
import isEqual from 'lodash/isEqual';

import { UnreadableSecretError, type Crypt } from '../host/secrets';

/** A field that differs. Values are absent of secrets and of fields that may contain one. */
export interface FieldChange {
  field: string;
  from?: unknown;
  to?: unknown;
}

/** As the database returns it: without undefined parts. */
const stored = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

export const isSame = (one: unknown, other: unknown): boolean =>
  isEqual(stored(one), stored(other));

export const isSameSet = <T>(one: readonly T[], other: readonly T[]): boolean =>
  isEqual(new Set(one), new Set(other));

/** The fields of `wanted` that differ. */
export function differences<T extends object>(
  wanted: T,
  known: { [Field in keyof T]: unknown },
  fields: readonly (keyof T & string)[]
): (keyof T & string)[] {
  return fields.filter((field) => !isSame(wanted[field], known[field]));
}

/** Whether two encrypted texts say the same. One that cannot be decrypted differs. */
export function isSameSealed(crypt: Crypt, one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  try {
    const [first, second] = [crypt.decrypt(one), crypt.decrypt(other)];
    return first === second || isEqual(JSON.parse(first), JSON.parse(second));
  } catch (error) {
    if (error instanceof UnreadableSecretError || error instanceof SyntaxError) return false;
    throw error;
  }
}
