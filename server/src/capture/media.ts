/**
 * Captures media events in the transaction that writes the file's row.
 *
 * The upload service works in three steps without a transaction: it sends the bytes to the
 * provider, writes the row, and emits the event. A row written during a call of the service is
 * written in a transaction together with its event. Neither requests to the provider nor lifecycle
 * hooks of the app are part of it.
 *
 * Rows written by other means (folder moves, data transfer, `strapi.db.query` in the app's code)
 * have no event, as in Strapi.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { Core } from '@strapi/strapi';

import type { NewEvent } from '../core/message/message';
import { entryTitle } from '../core/message/entry-title';
import { renderHubPayload } from '../core/message/payload';
import { currentActor } from '../host/actor';
import { asRequestError, bodyOf, JSON_TYPE, sanitizeOutput } from './body';
import { confirmedTransaction } from '../host/confirmed-transaction';
import { isFunction, type Internal } from '../host/strapi-internals';
import { FILE_UID } from './events';
import type { CaptureDeps } from './ports';
import { createRecording } from './recording';

/** Methods that lead to Strapi's media events, from its panel and both APIs. */
const MARKED_METHODS = ['upload', 'updateFileInfo', 'replace', 'remove'] as const;

const EVENT_OF = {
  create: 'media.create',
  update: 'media.update',
  delete: 'media.delete',
} as const;
const HOOKS_OF = {
  create: ['beforeCreate', 'afterCreate'],
  update: ['beforeUpdate', 'afterUpdate'],
  delete: ['beforeDelete', 'afterDelete'],
} as const;
type RowWrite = keyof typeof EVENT_OF;

const ROW_WRITES = Object.keys(EVENT_OF) as RowWrite[];

type Method = (...args: unknown[]) => Promise<unknown>;

const uploadOf = (strapi: Core.Strapi): Record<string, unknown> =>
  strapi.plugin('upload').service('upload');

/** One object for each content type; every write of files goes through it. */
const filesOf = ({ db }: Core.Strapi): Record<string, unknown> =>
  db.query(FILE_UID) as unknown as Record<string, unknown>;

export const MEDIA_INTERNALS: readonly Internal[] = [
  ...MARKED_METHODS.map((method): Internal => ({
    name: `${method} of the upload plugin's service`,
    affects: 'media-events',
    isThere: (strapi) => isFunction(uploadOf(strapi)[method]),
  })),
  ...ROW_WRITES.map((method): Internal => ({
    name: `${method} of strapi.db.query('${FILE_UID}')`,
    affects: 'media-events',
    isThere: (strapi) => isFunction(filesOf(strapi)[method]) && filesOf(strapi) === filesOf(strapi),
  })),
];

interface FileRow {
  id: number;
  documentId?: string;
}

/** A call of the upload service. Code that it leaves running is no longer part of it. */
interface UploadCall {
  open: boolean;
}

/** A write whose hooks the capture runs itself, outside the transaction. */
interface BareWrite {
  open: boolean;
}

export function installMediaCapture(deps: CaptureDeps): void {
  const { strapi, wants, mutes, now, maxBytes, hiddenFields, tripwire } = deps;
  const recordIn = createRecording(deps);
  const { lifecycles } = strapi.db;
  const runHooks = lifecycles.run.bind(lifecycles);
  const calls = new AsyncLocalStorage<UploadCall>();
  const bareWrites = new AsyncLocalStorage<BareWrite>();

  async function eventOf(name: string, row: FileRow): Promise<NewEvent> {
    const occurredAt = now();
    const media = await sanitizeOutput(strapi, FILE_UID, row);
    return {
      name,
      uid: FILE_UID,
      entryDocumentId: row.documentId ?? null,
      entryLocale: null,
      entryTitle: entryTitle(media, strapi.getModel(FILE_UID).attributes, hiddenFields),
      body: bodyOf(renderHubPayload(name, new Date(occurredAt), { media }), maxBytes, name),
      contentType: JSON_TYPE,
      actor: currentActor(strapi),
      source: 'media',
      occurredAt,
    };
  }

  /**
   * Writes the row and its event in one transaction. @returns null when the row was already gone.
   */
  function writeRow(name: string, write: () => Promise<unknown>): Promise<FileRow | null> {
    const mute = mutes.current();
    return confirmedTransaction(strapi.db, async (transaction) => {
      const row = (await within(bareWrites, write)) as FileRow | null;
      if (row === null) return null;
      try {
        await recordIn(transaction, [await eventOf(name, row)], mute);
      } catch (error) {
        throw asRequestError(error);
      }
      return row;
    });
  }

  /** Runs the app's hooks before and after the transaction, not inside it. */
  async function writeWithEvent(
    operation: RowWrite,
    params: object,
    write: () => Promise<unknown>
  ): Promise<unknown> {
    const [before, after] = HOOKS_OF[operation];
    const name = EVENT_OF[operation];
    // Strapi announces a deletion before it tries it.
    const { where } = params as { where?: { id?: number } };
    if (where?.id !== undefined) tripwire.captured(name, FILE_UID, where.id);
    const states = await runHooks(before, FILE_UID, { params });
    const result = await writeRow(name, write);
    if (result === null) return null;
    tripwire.captured(name, FILE_UID, result.id);
    await runHooks(after, FILE_UID, { params, result }, states);
    return result;
  }

  lifecycles.run = (action, uid, properties, states = new Map()) => {
    const isOurs = uid === FILE_UID && bareWrites.getStore()?.open === true;
    return isOurs && WRITE_HOOKS.has(action)
      ? Promise.resolve(states)
      : runHooks(action, uid, properties, states);
  };
  wrapMethods(
    uploadOf(strapi),
    MARKED_METHODS,
    (method) =>
      (...args) =>
        within(calls, () => method(...args))
  );
  wrapMethods(filesOf(strapi), ROW_WRITES, (method, operation) => (...args) => {
    if (calls.getStore()?.open !== true) return method(...args);
    if (!wants(EVENT_OF[operation], FILE_UID)) {
      tripwire.unwanted(EVENT_OF[operation], FILE_UID);
      return method(...args);
    }
    // Outside the call: a file written by a lifecycle hook of this write has no event of its own.
    return calls.run({ open: false }, () =>
      writeWithEvent(operation, args[0] as object, () => method(...args))
    );
  });
}

const WRITE_HOOKS: ReadonlySet<string> = new Set(Object.values(HOOKS_OF).flat());

/** Runs work in a scope that ends with it, also for code that it leaves running. */
async function within(
  storage: AsyncLocalStorage<{ open: boolean }>,
  work: () => Promise<unknown>
): Promise<unknown> {
  const scope = { open: true };
  try {
    return await storage.run(scope, work);
  } finally {
    scope.open = false;
  }
}

/** Replaces the methods that exist. The self-check reports missing ones. */
function wrapMethods<Name extends string>(
  target: Record<string, unknown>,
  names: readonly Name[],
  wrap: (method: Method, name: Name) => Method
): void {
  for (const name of names) {
    const original = target[name];
    if (typeof original === 'function') target[name] = wrap(original.bind(target) as Method, name);
  }
}
