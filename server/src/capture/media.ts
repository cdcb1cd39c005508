/**
 * Capture of media events in the transaction that writes the file's row.
 *
 * The upload service works in three steps: bytes to the provider, the row, the event; nothing of it
 * in a transaction. Its methods are marked here (asynchronous context), and a write of a file's row
 * that happens under the mark is enclosed, alone, in a transaction with the event. So the provider is
 * never called inside one, and a file whose row exists has its event.
 *
 * The mark makes names and numbers those of Strapi's: a row written by other means (folder moves,
 * data transfer, `strapi.db.query` in somebody's code) has no event there either.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { NewEvent } from '../core/message/message';
import { renderHubPayload } from '../core/message/payload';
import { currentActor } from '../host/actor';
import { asRequestError, bodyOf, JSON_TYPE, sanitizeOutput } from './body';
import { confirmedTransaction } from '../host/confirmed-transaction';
import type { CaptureDeps } from './ports';

export const FILE_UID = 'plugin::upload.file';

/** The methods by which Strapi's media events come about, from its panel and both of its APIs. */
const MARKED_METHODS = ['upload', 'updateFileInfo', 'replace', 'remove'] as const;

const EVENT_OF = {
  create: 'media.create',
  update: 'media.update',
  delete: 'media.delete',
} as const;
type RowWrite = keyof typeof EVENT_OF;

type Method = (...args: unknown[]) => Promise<unknown>;

interface FileRow {
  id: number;
  documentId?: string;
}

interface Transaction {
  onCommit(callback: () => void): void;
}

/** @returns what puts everything back. */
export function installMediaCapture(deps: CaptureDeps): () => void {
  const { strapi, wants, record, wake, now, maxBytes } = deps;
  const mark = new AsyncLocalStorage<boolean>();

  async function eventOf(name: string, row: FileRow): Promise<NewEvent> {
    const occurredAt = now();
    const media = await sanitizeOutput(strapi, FILE_UID, row);
    return {
      name,
      uid: FILE_UID,
      entryDocumentId: row.documentId ?? null,
      entryLocale: null,
      body: bodyOf(renderHubPayload(name, new Date(occurredAt), { media }), maxBytes, name),
      contentType: JSON_TYPE,
      actor: currentActor(strapi),
      source: 'media',
      occurredAt,
    };
  }

  function writeWithEvent(name: string, write: () => Promise<unknown>): Promise<unknown> {
    return confirmedTransaction(strapi.db, async ({ onCommit }: Transaction) => {
      const row = (await write()) as FileRow | null;
      // A row that was already gone: nothing was written.
      if (row === null) return row;
      try {
        if ((await record([await eventOf(name, row)])) > 0) onCommit(wake);
      } catch (error) {
        throw asRequestError(error);
      }
      return row;
    });
  }

  const undoMethods = wrapMethods(
    strapi.plugin('upload').service<Record<string, unknown>>('upload'),
    MARKED_METHODS,
    (method) =>
      (...args) =>
        mark.run(true, () => method(...args))
  );
  const undoWrites = wrapMethods(
    // One object for each content type: all file writes go through this one.
    strapi.db.query(FILE_UID) as unknown as Record<string, unknown>,
    ['create', 'update', 'delete'] satisfies RowWrite[],
    (method, operation) =>
      (...args) => {
        const name = EVENT_OF[operation];
        if (mark.getStore() !== true || !wants(name, FILE_UID)) return method(...args);
        // Unmarked again: what a lifecycle hook of this write writes is no event of its own.
        return mark.run(false, () => writeWithEvent(name, () => method(...args)));
      }
  );

  return () => {
    undoMethods();
    undoWrites();
  };
}

/** Replaces methods of an object. @returns what puts them back. */
function wrapMethods<Name extends string>(
  target: Record<string, unknown>,
  names: readonly Name[],
  wrap: (method: Method, name: Name) => Method
): () => void {
  const originals = names
    .map((name) => [name, target[name]] as const)
    .filter((pair): pair is readonly [Name, Method] => typeof pair[1] === 'function');
  for (const [name, original] of originals) target[name] = wrap(original.bind(target), name);
  return () => {
    for (const [name, original] of originals) target[name] = original;
  };
}
