/**
 * Withholds the events of changes that the app's own code makes in a callback, such as an import. Only that code is
 * concerned, until its promise settles: not other requests, other nodes, or what it leaves running.
 *
 * Events count once their transaction is committed. Those of a transaction that is committed after the end are
 * counted, and sent as a batch of their own, then.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { NewEvent } from '../core/message/message';
import type { Log } from '../delivery/loop/ports';
import type { OpenTransaction, TransactionCallbacks } from '../host/confirmed-transaction';

/** Events that become one batch for each endpoint. */
export interface MuteBatch {
  add(events: readonly NewEvent[]): Promise<void>;
  addAll(other: this): void;
  /** Records the batches. What was added is then gone. */
  send(): Promise<SentBatches>;
}

export interface SentBatches {
  batches: number;
  /** Names of endpoints whose format makes a message of one event. They are sent nothing. */
  withoutBatch: string[];
}

export interface MuteResult<T> extends SentBatches {
  /** Of the callback. */
  result: T;
  /** Committed events that topics have, before filters. */
  withheld: number;
}

/** Of a capture that is muted. */
export interface Mute {
  /** False: events are only counted, and need not be made. */
  readonly keepsEvents: boolean;
  /** Call it in the transaction of the change. */
  withhold(events: number | readonly NewEvent[], transaction: TransactionCallbacks): Promise<void>;
}

interface Dependencies {
  newBatch(): MuteBatch;
  /** Called once events are committed. */
  count(events: number): void;
  log: Log;
}

const NO_BATCHES: SentBatches = { batches: 0, withoutBatch: [] };

export function createMutes({ newBatch, count, log }: Dependencies) {
  const scopes = new AsyncLocalStorage<Scope>();
  const outsideTransactions = AsyncLocalStorage.snapshot();

  /** The events of one transaction in the outermost scope. */
  interface Part {
    /** Of each scope that they are in. */
    counts: Map<Scope, number>;
    batch: MuteBatch | null;
  }

  class Scope implements Mute {
    isOpen = true;
    withheld = 0;
    /** Commits of which the result is not known yet. */
    readonly settling = new Set<Promise<void>>();
    private readonly parts = new WeakMap<OpenTransaction, Part>();
    private sending: Promise<unknown> | null = null;

    constructor(
      readonly outer: Scope | null,
      readonly batch: MuteBatch | null
    ) {}

    get outermost(): Scope {
      return this.outer?.outermost ?? this;
    }

    get keepsEvents(): boolean {
      return this.outermost.batch !== null;
    }

    /** This one, and those around it. */
    private chain(): Scope[] {
      return [this, ...(this.outer?.chain() ?? [])];
    }

    async withhold(
      events: number | readonly NewEvent[],
      transaction: TransactionCallbacks
    ): Promise<void> {
      const part = this.outermost.partOf(transaction);
      const more = typeof events === 'number' ? events : events.length;
      for (const scope of this.chain())
        part.counts.set(scope, (part.counts.get(scope) ?? 0) + more);
      if (typeof events !== 'number') await part.batch?.add(events);
    }

    private partOf({ trx, onCommit }: TransactionCallbacks): Part {
      const known = this.parts.get(trx);
      if (known !== undefined) return known;
      const part: Part = { counts: new Map(), batch: this.batch && newBatch() };
      this.parts.set(trx, part);
      onCommit(() => {
        const settled = trx.executionPromise.then(
          () => this.committed(part),
          () => undefined
        );
        for (const { settling } of part.counts.keys()) {
          settling.add(settled);
          void settled.then(() => settling.delete(settled));
        }
      });
      return part;
    }

    private committed({ counts, batch }: Part): void {
      for (const [scope, events] of counts) scope.withheld += events;
      count(counts.get(this) ?? 0);
      if (batch !== null) this.batch?.addAll(batch);
      if (!this.isOpen) this.sendLater();
    }

    /** For what is committed after the end. Commits that come together share a batch. */
    private sendLater(): void {
      this.sending ??= Promise.resolve()
        .then(() => {
          this.sending = null;
          return this.send();
        })
        .catch((error: unknown) =>
          log.error('the batch of a muted import could not be recorded', { error })
        );
    }

    send(): Promise<SentBatches> {
      const { batch } = this;
      return batch === null ? Promise.resolve(NO_BATCHES) : outsideTransactions(() => batch.send());
    }

    async end(): Promise<void> {
      this.isOpen = false;
      while (this.settling.size > 0) await Promise.all(this.settling);
    }
  }

  function current(): Scope | null {
    let scope = scopes.getStore() ?? null;
    while (scope !== null && !scope.isOpen) scope = scope.outer;
    return scope;
  }

  /** Sends the batch also of a callback that failed, and tells of both failures. */
  async function finish(scope: Scope, hasFailed: boolean): Promise<SentBatches> {
    try {
      const sent = scope.outer === null ? await scope.send() : NO_BATCHES;
      if (scope.outer === null) report(scope.withheld, sent);
      return sent;
    } catch (error) {
      if (!hasFailed) throw error;
      log.error('the batch of a muted import could not be recorded', { error });
      return NO_BATCHES;
    }
  }

  function report(withheld: number, { batches, withoutBatch }: SentBatches): void {
    log.info(`muted: ${withheld} events were withheld, ${batches} batches are sent`);
    if (withoutBatch.length === 0) return;
    const names = withoutBatch.join(', ');
    log.warn(`muted: no batch for ${names}, whose format makes a message of one event`);
  }

  return {
    /** Null where nothing is muted. */
    current: (): Mute | null => current(),

    /**
     * Runs `work` muted. Within another mute, that one decides on the batch.
     *
     * @throws what `work` throws; or what prevents the batch from being recorded.
     */
    async mute<T>(
      work: () => T | Promise<T>,
      { batch = false }: { batch?: boolean }
    ): Promise<MuteResult<T>> {
      const outer = current();
      const scope = new Scope(outer, batch && outer === null ? newBatch() : null);
      const [done] = await Promise.allSettled([scopes.run(scope, async () => work())]);
      await scope.end();
      const sent = await finish(scope, done.status === 'rejected');
      if (done.status === 'rejected') throw done.reason;
      return { result: done.value, withheld: scope.withheld, ...sent };
    },
  };
}

export type Mutes = ReturnType<typeof createMutes>;
