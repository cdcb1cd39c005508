/**
 * The audit log: who changed what in the panel or over the admin API. An entry is written in the transaction of
 * its change; where a change has none, after it.
 */
import type { Core } from '@strapi/strapi';

import type { AuditEntry, AuditFilter, AuditPeople, Page } from '../contract';
import { pageOf, positionOf } from '../../api/page';
import { changesOf, type SettingChange } from '../../core/audit/changes';
import { cutText } from '../../core/safety/text';
import { currentActor } from '../../host/actor';
import { runtimeOf } from '../../runtime/runtime';
import type { Witness, Write } from '../../runtime/witness';
import type { Audited } from '../routes/audited';
import { stateOf, type AuditedState } from './audited-settings';

const MAX_PEOPLE = 200;
/** The column's length. */
const MAX_NAME_LENGTH = 255;

type Entry = Pick<AuditEntry, 'item' | 'key' | 'name' | 'changes'>;

export const createAuditService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  async function add(action: string, { name, ...entry }: Entry): Promise<void> {
    await store().addAudit({
      ...entry,
      name: name === null ? null : cutText(name, MAX_NAME_LENGTH),
      action,
      at: runtime().clock.now(),
      actor: currentActor(strapi),
    });
  }

  const read = async (item: Write['item'], key: string | null): Promise<AuditedState | null> =>
    key === null ? null : stateOf(runtime(), item, key);

  /** Adds the entry of a write that is done. */
  async function addWrite(
    action: string,
    { item, key }: { item: Write['item']; key: string | null },
    { before, result }: { before: AuditedState | null; result: unknown }
  ): Promise<void> {
    const known = key ?? createdKey(item, result);
    const after = await read(item, known);
    const changes =
      before && after ? changesOf(before.settings, after.settings) : amountOf(item, result);
    await add(action, { item, key: known, name: (before ?? after)?.name ?? null, changes });
  }

  /** @param key of the item that the path names. */
  function witnessOf({ items, action, isEach }: Audited, key: string | null) {
    let isDone = false;
    let doneIn: string | null = null;
    let isOver = false;

    const witness: Witness = async (write, run) => {
      if (isOver || isDone || !items.includes(write.item)) return run();
      // A transaction that is tried again writes the entry again, too.
      const transaction = store().isInTransaction() ? await store().transactionId() : null;
      if (transaction !== null && transaction === doneIn) return run();
      const item = { item: write.item, key: keyOf(write, key) };
      // Read outside our transaction: a snapshot that began with it could hide newer messages from the write.
      const before = await read(item.item, item.key);
      let isChange = false;
      const done = await store().inTransaction(async () => {
        const result = await run();
        isChange = changedSomething(result);
        if (isChange) await addWrite(action, item, { before, result });
        return result;
      });
      if (!isChange || isEach) return done;
      doneIn = transaction;
      await store().afterCommit(() => {
        isDone = true;
      });
      return done;
    };
    return {
      witness,
      /** Work that the request has started may outlive it. */
      end() {
        isOver = true;
      },
    };
  }

  async function after<T>(audited: Audited, key: string | null, work: () => Promise<T>) {
    const result = await work();
    const [item] = audited.items;
    if (item === undefined) return result;
    try {
      const name = (await read(item, key))?.name ?? null;
      await add(audited.action, { item, key, name, changes: [] });
    } catch (error) {
      // It is done: an error would have it done again.
      runtime().log.error(`no audit entry for ${audited.action} of ${item}`, { error });
    }
    return result;
  }

  return {
    /** Runs a call of the admin API and writes its entries. @param key of the item that the path names. */
    async during<T>(audited: Audited, key: string | null, work: () => Promise<T>): Promise<T> {
      if (audited.isAfter) return after(audited, key, work);
      const { witness, end } = witnessOf(audited, key);
      try {
        return await runtime().witnesses.during(witness, work);
      } finally {
        end();
      }
    },

    /** Newest first. */
    async list(
      filter: AuditFilter,
      { cursor, pageSize }: { cursor?: string | undefined; pageSize: number }
    ): Promise<Page<AuditEntry>> {
      const past = positionOf(cursor);
      const page = { ...(past !== undefined && { past }), limit: pageSize + 1 };
      return pageOf(await store().listAudit(filter, page), pageSize, (entry) => entry);
    },

    people: (): Promise<AuditPeople> => store().auditActors(MAX_PEOPLE),
  };
};

/** A message is named by the path, and not by the write. */
const keyOf = (write: Write, key: string | null): string | null =>
  write.key ?? (write.item === 'message' ? key : null);

/** A store says false or 0 when there was nothing to change. */
const changedSomething = (result: unknown): boolean => result !== false && result !== 0;

function createdKey(item: Write['item'], result: unknown): string | null {
  if (item === 'message') return null;
  if (typeof result === 'number') return String(result);
  const id = (result as { id?: unknown } | undefined)?.id;
  return typeof id === 'number' ? String(id) : null;
}

/** How many messages were changed, or what a job is to change. */
function amountOf(item: Write['item'], result: unknown): SettingChange[] {
  if (item === 'message' && typeof result === 'number') {
    return [{ setting: 'messages', from: null, to: result }];
  }
  if (item !== 'job' || typeof result !== 'object' || result === null) return [];
  const { filter, total } = result as { filter: unknown; total: number };
  return [
    { setting: 'filter', from: null, to: filter },
    { setting: 'messages', from: null, to: total },
  ];
}
