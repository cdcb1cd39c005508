/** Names for what is made on behalf of somebody: valid, and not in use. */
import { cutText } from '../../core/safety/text';

/** Names are compared as the least discerning database does: without case and accents. */
export const nameKey = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Letters, digits and hyphens: what a topic's name may have, and a URL carries unchanged. May be empty. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

/**
 * Cut so that the number that makes it unique still fits.
 *
 * @param taken `nameKey`s of the names in use; the new one is added.
 */
export function unused(
  wanted: string,
  separator: string,
  maxLength: number,
  taken: Set<string>
): string {
  for (let n = 1; ; n += 1) {
    const suffix = n === 1 ? '' : `${separator}${n}`;
    const name = cutText(wanted, maxLength - suffix.length).trimEnd() + suffix;
    if (taken.has(nameKey(name))) continue;
    taken.add(nameKey(name));
    return name;
  }
}
