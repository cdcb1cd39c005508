/**
 * Lets a caller take part in the writes that a request causes: its work joins the transaction of the write,
 * so that both are kept or neither is. Without such a caller the store is as it was.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import { ALERT_SETTINGS } from '../store/log/alerts';
import type { AuditedItem } from '../store/log/audit-types';
import type { FullStore } from '../store/types';

/** A write of the store that changes what people manage. */
export interface Write {
  item: AuditedItem;
  /** Identifies the item before the write; undefined: the write creates it, or changes several. */
  key: string | undefined;
}

/** @param run does the write. */
export type Witness = <T>(write: Write, run: () => Promise<T>) => Promise<T>;

/** The writes, with the argument that identifies the item. */
const WRITES = {
  createTopic: ['topic'],
  updateTopic: ['topic', String],
  deleteTopic: ['topic', String],
  createEndpoint: ['endpoint'],
  updateEndpoint: ['endpoint', String],
  deleteEndpoint: ['endpoint', String],
  putSchedule: ['schedule', scheduleOf],
  changeSchedule: ['schedule', scheduleOf],
  removeSchedule: ['schedule', String],
  pauseSchedule: ['schedule', String],
  resumeSchedule: ['schedule', String],
  putQueue: ['queue', String],
  removeQueue: ['queue', String],
  changeFlowKey: ['flow-key', String],
  replay: ['message'],
  expedite: ['message'],
  cancel: ['message'],
  deleteFinished: ['message'],
  createJob: ['job'],
  cancelJob: ['job', String],
  pauseJob: ['job', String],
  writeAlertSettings: ['alerts', () => ALERT_SETTINGS],
} as const satisfies Partial<
  Record<keyof FullStore, readonly [AuditedItem, ((first: never) => string)?]>
>;

type AnyWrite = (...args: unknown[]) => Promise<unknown>;

function scheduleOf({ scheduleId }: { scheduleId: string }): string {
  return scheduleId;
}

export function createWitnesses() {
  const current = new AsyncLocalStorage<Witness>();

  function watched(store: FullStore, name: keyof typeof WRITES): AnyWrite {
    const write = store[name] as unknown as AnyWrite;
    const [item, keyOf] = WRITES[name] as readonly [AuditedItem, ((first: unknown) => string)?];
    return (...args) => {
      const witness = current.getStore();
      if (witness === undefined) return write(...args);
      return witness({ item, key: keyOf?.(args[0]) }, () => write(...args));
    };
  }

  return {
    /** The store, whose writes the witness of a request takes part in. */
    watch(store: FullStore): FullStore {
      const names = Object.keys(WRITES) as (keyof typeof WRITES)[];
      return {
        ...store,
        ...Object.fromEntries(names.map((name) => [name, watched(store, name)])),
      };
    },

    /** Runs work whose writes the witness takes part in. */
    during: <T>(witness: Witness, work: () => Promise<T>): Promise<T> => current.run(witness, work),
  };
}

export type Witnesses = ReturnType<typeof createWitnesses>;
