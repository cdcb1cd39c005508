/** Fits text into the fields of other services. */

const ELLIPSIS = '…';

/**
 * Escapes character by character, and ends with an ellipsis where the escaped text would exceed the
 * limit: neither an escape nor a surrogate pair is cut.
 *
 * @param limit UTF-16 code units of the escaped text.
 */
export function fit(text: string, limit: number, escape: (character: string) => string): string {
  let fitting = '';
  let whole = '';
  for (const character of text) {
    const escaped = escape(character);
    if (whole.length + escaped.length > limit) return fitting + ELLIPSIS;
    whole += escaped;
    if (whole.length <= limit - ELLIPSIS.length) fitting = whole;
  }
  return whole;
}

export const asIs = (character: string): string => character;
