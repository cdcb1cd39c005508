/**
 * Capture of everything else on Strapi's event hub: releases, review workflows, and whatever the
 * host's own code emits. Durable from the moment of `emit`.
 *
 * Emitted inside a transaction, the event is written through it and commits with it. Emitted outside
 * one, it is written in a transaction of its own, which is tried again after a pause: a database that
 * restarts loses no event. Nothing is ever thrown into the hub, where a rejection would be unhandled
 * and end the process.
 *
 * `emit` itself is wrapped because a subscriber comes too late: it runs after the listeners before
 * it, not at all if one of them throws, and perhaps when the emitter's transaction is over.
 *
 * `entry.*` and `media.*` are left to their own captures, which see them earlier. Here the tripwire is told
 * of them.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { NewEvent } from '../core/message/message';
import { renderHubPayload } from '../core/message/payload';
import { currentActor } from '../host/actor';
import { bodyOf, JSON_TYPE } from './body';
import { confirmedTransaction, type TransactionCallbacks } from '../host/confirmed-transaction';
import { isFunction, type Internal } from '../host/strapi-internals';
import { commitBarrier } from './commit-barrier';
import type { CaptureDeps } from './ports';

export const HUB_INTERNALS: readonly Internal[] = [
  {
    name: 'strapi.eventHub.emit',
    affects: 'hub-events',
    isThere: ({ eventHub }) => isFunction(eventHub.emit),
  },
];

const CAPTURED_ELSEWHERE = /^(entry|media)\./;

/** Pauses between tries: in all, about as long as a database takes to restart. */
export const RETRY_AFTER_MS: readonly number[] = [100, 400, 1_500, 3_000];

/** What Strapi's own events say about their subject, where they do. */
interface Info {
  uid?: unknown;
  entity?: { documentId?: unknown; locale?: unknown } | null;
}

export function installHubCapture(deps: CaptureDeps): void {
  const { strapi, wants, record, wake, now, maxBytes, pause, tripwire, log } = deps;
  const hub = strapi.eventHub;
  const emit = hub.emit.bind(hub);

  // Strapi's transaction context outlives its transaction: a transaction begun in the context of a
  // finished one would run that one's commit callbacks again. Ours begin outside any.
  const outsideTransactions = AsyncLocalStorage.snapshot();

  function eventOf(name: string, info: Info | null | undefined): NewEvent {
    const occurredAt = now();
    return {
      name,
      uid: textOrNull(info?.uid),
      entryDocumentId: textOrNull(info?.entity?.documentId),
      entryLocale: textOrNull(info?.entity?.locale),
      body: bodyOf(renderHubPayload(name, new Date(occurredAt), info), maxBytes, name),
      contentType: JSON_TYPE,
      actor: currentActor(strapi),
      source: 'hub',
      occurredAt,
    };
  }

  /** Now, synchronously: what the emitter does to the object afterwards is not in the event. */
  function render(name: string, info: Info | null | undefined): () => NewEvent {
    try {
      const event = eventOf(name, info);
      return () => event;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  async function writeThrough(
    { onCommit }: TransactionCallbacks,
    event: () => NewEvent
  ): Promise<void> {
    if ((await record([event()])) > 0) onCommit(wake);
  }

  async function writeAlone(event: () => NewEvent): Promise<void> {
    const rendered = event(); // an event that cannot be rendered is not tried again
    for (let tries = 0; ; tries += 1) {
      try {
        await confirmedTransaction(strapi.db, (transaction: TransactionCallbacks) =>
          writeThrough(transaction, () => rendered)
        );
        return;
      } catch (error) {
        const pauseMs = RETRY_AFTER_MS[tries];
        if (pauseMs === undefined) throw error;
        await pause(pauseMs);
      }
    }
  }

  async function writeJoined(
    transaction: TransactionCallbacks,
    event: () => NewEvent
  ): Promise<void> {
    const barrier = commitBarrier(transaction.trx);
    const work = writeThrough(transaction, event);
    barrier.add(work);
    await work.catch((error: unknown) => {
      if (!barrier.isRolledBack()) throw error;
    });
  }

  async function write(event: () => NewEvent): Promise<void> {
    if (!strapi.db.inTransaction()) return outsideTransactions(writeAlone, event);
    await strapi.db.transaction((transaction: TransactionCallbacks) =>
      transaction.trx.isCompleted()
        ? outsideTransactions(writeAlone, event)
        : writeJoined(transaction, event)
    );
  }

  async function capture(name: string, info: Info | null | undefined): Promise<void> {
    try {
      await write(render(name, info));
    } catch (error) {
      log.error(`event ${name} could not be recorded`, { error });
    }
  }

  hub.emit = async (name: string, ...args: unknown[]): Promise<void> => {
    const info = args[0] as Info | null | undefined;
    if (CAPTURED_ELSEWHERE.test(name)) {
      tripwire.emitted(name, info);
      return emit(name, ...args);
    }
    if (!wants(name, textOrNull(info?.uid))) return emit(name, ...args);
    const captured = capture(name, info);
    try {
      await emit(name, ...args);
    } finally {
      await captured;
    }
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
