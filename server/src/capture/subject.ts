/** Makes what filters judge of a change. */
import type { Core } from '@strapi/strapi';

import { changedAttributes } from '../core/filter/changed';
import type { Schemas } from '../core/filter/fields';
import { UNKNOWN, type Subject } from '../core/filter/filter';
import type { Needs } from '../core/filter/needs';
import { entryStatus } from '../core/message/entry-status';
import type { Actor } from '../core/message/message';
import { sanitizeOutput } from './body';
import { isGone, type Change, type EntryRow } from './events';
import { versionBefore, type Preimages } from './preimages';

type Entry = Readonly<Record<string, unknown>>;

interface Captured {
  uid: string;
  change: Change;
  /** The row as it was read. */
  found: EntryRow | null;
  /** The same, sanitized. */
  entry: unknown;
  /** Null: the version before is not known. */
  before: Preimages | null;
  actor: Actor;
}

/** @returns undefined without an entry: every filter lets it pass. */
export async function subjectOf(
  strapi: Core.Strapi,
  schemas: Schemas,
  needs: Needs,
  { uid, change, found, entry, before, actor }: Captured
): Promise<Subject | undefined> {
  if (found === null || entry === null) return undefined;
  const { name, row } = change;
  const locale = found.locale ?? row.locale ?? null;
  const preimage = before && versionBefore({ name, row: { ...row, locale } }, before);
  const previous =
    preimage === null ? null : ((await sanitizeOutput(strapi, uid, preimage)) as Entry);
  // Strapi reads a row that goes without its relations.
  const own = { ...(entry as Entry), ...(isGone(name) && previous) };
  const changed = (): Subject['changed'] => {
    if (before === null) return UNKNOWN;
    if (needs.previous === null) return [];
    const compared = isGone(name) ? null : previous;
    return changedAttributes(uid, schemas, { entry: own, previous: compared, of: needs.previous });
  };
  return {
    event: name,
    locale,
    status: entryStatus(name, found),
    actor,
    entry: own,
    previous: before === null ? UNKNOWN : previous,
    changed: changed(),
  };
}
