/**
 * Captures all other events on Strapi's event hub: releases, review workflows, and events of the
 * app's own code. Durable from the moment of `emit`.
 *
 * An event emitted inside a transaction is written through it and commits with it. Outside one, it
 * is written in a new transaction, with retries after a pause: a database that restarts loses no
 * event. Nothing is thrown into the hub, where an unhandled rejection would end the process.
 *
 * `emit` is wrapped because a subscriber comes too late: it runs after earlier listeners, not at
 * all if one of them throws, and perhaps after the emitter's transaction.
 *
 * `entry.*` and `media.*` have their own captures, which see them earlier. The tripwire is told of
 * them here.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { NewEvent } from '../core/message/message';
import { renderHubPayload } from '../core/message/payload';
import { currentActor } from '../host/actor';
import { bodyOf, JSON_TYPE } from './body';
import { confirmedTransaction, type TransactionCallbacks } from '../host/confirmed-transaction';
import { isFunction, type Internal } from '../host/strapi-internals';
import { commitBarrier } from './commit-barrier';
import type { Mute } from './mute';
import type { CaptureDeps } from './ports';
import { createRecording } from './recording';

export const HUB_INTERNALS: readonly Internal[] = [
  {
    name: 'strapi.eventHub.emit',
    affects: 'hub-events',
    isThere: ({ eventHub }) => isFunction(eventHub.emit),
  },
];

const CAPTURED_ELSEWHERE = /^(entry|media)\./;

/** Pauses between tries: together about as long as a database takes to restart. */
export const RETRY_AFTER_MS: readonly number[] = [100, 400, 1_500, 3_000];

/** The subject of Strapi's own events, if they name one. */
interface Info {
  uid?: unknown;
  entity?: { documentId?: unknown; locale?: unknown } | null;
}

export function installHubCapture(deps: CaptureDeps): void {
  const { strapi, wants, mutes, now, maxBytes, pause, tripwire, log } = deps;
  const recordIn = createRecording(deps);
  const hub = strapi.eventHub;
  const emit = hub.emit.bind(hub);

  // Strapi's transaction context outlives its transaction. A transaction begun in the context of a
  // finished one would run its commit callbacks again, so this one begins outside any.
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

  /** Renders synchronously, so that later changes of the object are not in the event. */
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

  async function writeAlone(event: () => NewEvent, mute: Mute | null): Promise<void> {
    const rendered = event(); // An event that cannot be rendered is not retried.
    for (let tries = 0; ; tries += 1) {
      try {
        await confirmedTransaction(strapi.db, (transaction: TransactionCallbacks) =>
          recordIn(transaction, [rendered], mute)
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
    event: () => NewEvent,
    mute: Mute | null
  ): Promise<void> {
    const barrier = commitBarrier(transaction.trx);
    const work = (async () => recordIn(transaction, [event()], mute))();
    barrier.add(work);
    await work.catch((error: unknown) => {
      if (!barrier.isRolledBack()) throw error;
    });
  }

  async function write(event: () => NewEvent, mute: Mute | null): Promise<void> {
    if (!strapi.db.inTransaction()) return outsideTransactions(writeAlone, event, mute);
    await strapi.db.transaction((transaction: TransactionCallbacks) =>
      transaction.trx.isCompleted()
        ? outsideTransactions(writeAlone, event, mute)
        : writeJoined(transaction, event, mute)
    );
  }

  async function capture(name: string, info: Info | null | undefined): Promise<void> {
    try {
      await write(render(name, info), mutes.current());
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
