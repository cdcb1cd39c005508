/**
 * Cursors of the log, which merges three lists by time: creations, attempts and cancellations. A position
 * has a part for each. A page may end between the entries of one attempt or cancellation.
 *
 * A cursor begins with the time of the last entry in ms and a `-`, because clients compare cursors by it.
 */
import { MAX_ROW_ID } from '../../core/message/row-id';
import { QstashError } from './error';

export interface LogPosition {
  /** Row id of the last message whose creation was listed. */
  created?: number;
  /** The last attempt that was listed, and how many of its entries. */
  attempt?: { id: number; entries: number };
  canceled?: { at: number; id: number; entries: number };
}

const RADIX = 36;
const PARTS = 6;
const CURSOR = new RegExp(`^\\d{1,15}-([0-9a-z]{0,11}(?:\\.[0-9a-z]{0,11}){${PARTS - 1}})$`);

export function formatCursor(time: number, position: LogPosition): string {
  const { created, attempt, canceled } = position;
  const parts = [
    created,
    attempt?.id,
    attempt?.entries,
    canceled?.at,
    canceled?.id,
    canceled?.entries,
  ];
  return `${time}-${parts.map((part) => part?.toString(RADIX) ?? '').join('.')}`;
}

/** @throws QstashError 400, because an invalid cursor must not mean "from the start". */
export function parseCursor(text: string): LogPosition {
  const [, parts] = CURSOR.exec(text) ?? [];
  if (parts === undefined) throw invalidCursor();
  const [created, id, entries, at, canceledId, canceledEntries] = parts
    .split('.')
    .map((part) => (part === '' ? undefined : numberOf(part)));
  for (const rowId of [created, id, canceledId]) if (rowId !== undefined) assertRowId(rowId);
  return {
    ...(created !== undefined && { created }),
    ...(id !== undefined && { attempt: { id, entries: entries ?? 0 } }),
    ...(at !== undefined &&
      canceledId !== undefined && {
        canceled: { at, id: canceledId, entries: canceledEntries ?? 0 },
      }),
  };
}

/** Formats the cursor of a list that is paged by row id: `<ms>-<row id>`, like a dead letter's id. */
export function formatRowCursor(time: number, rowId: number): string {
  return `${time}-${rowId}`;
}

/** @throws QstashError 400 */
export function parseRowCursor(text: string): number {
  const [, rowId] = /^\d{1,15}-(\d{1,16})$/.exec(text) ?? [];
  if (rowId === undefined) throw invalidCursor();
  return assertRowId(Number(rowId));
}

/** A range of rows. Its end is fixed, so the walk does not reach rows that it creates. */
export interface Walk {
  after: number;
  upTo: number;
}

/** `<ms>-<row id>.<last row id>` */
export function formatWalkCursor(time: number, { after, upTo }: Walk): string {
  return `${time}-${after}.${upTo}`;
}

/** @throws QstashError 400 */
export function parseWalkCursor(text: string): Walk {
  const [, after, upTo] = /^\d{1,15}-(\d{1,16})\.(\d{1,16})$/.exec(text) ?? [];
  if (after === undefined || upTo === undefined) throw invalidCursor();
  return { after: assertRowId(Number(after)), upTo: assertRowId(Number(upTo)) };
}

function numberOf(part: string): number {
  const value = parseInt(part, RADIX);
  if (Number.isSafeInteger(value)) return value;
  throw invalidCursor();
}

function assertRowId(id: number): number {
  if (id <= MAX_ROW_ID) return id;
  throw invalidCursor();
}

const invalidCursor = (): QstashError => new QstashError(400, 'invalid cursor');
