/** The batches of a muted import: to each interested endpoint one message, as in mode `batch`. */
import type { MuteBatch, SentBatches } from '../../capture/mute';
import {
  BATCH_LABEL,
  batchBody,
  batchKindOf,
  fittingCount,
  type BatchKind,
  type Batched,
} from '../../core/message/batch';
import { collect, collectAll, keptOf, type Collected } from '../../core/message/collected';
import type { NewEvent, StoredBody } from '../../core/message/message';
import type { Delivery } from '../../store/types';
import type { Directory, EndpointSettings } from './directory';
import type { Receiver, Recorder } from './recorder';

const JSON_TYPE = 'application/json';

interface Dependencies {
  recorder: Pick<Recorder, 'receiversOf' | 'endpointMessage' | 'deliver'>;
  directory: Pick<Directory, 'endpoint'>;
  now: () => number;
  wake: () => void;
}

interface MutedEvent extends Batched, Pick<Receiver, 'topicName' | 'shaped'> {
  contentType: string;
}

interface Lot {
  /** Null: the endpoint's format takes no batch. */
  kind: BatchKind | null;
  endpointName: string;
  events: Collected<MutedEvent> | undefined;
}

type Lots = Map<number, Lot>;

export function createMuteBatches({ recorder, directory, now, wake }: Dependencies) {
  function lotOf(lots: Lots, { id, name, shape }: EndpointSettings): Lot {
    const lot = lots.get(id) ?? { kind: batchKindOf(shape), endpointName: name, events: undefined };
    lots.set(id, lot);
    return lot;
  }

  /** @returns several when the receiver limits the tags of a request; none when the endpoint is gone. */
  function deliveriesOf(endpointId: number, { kind, events }: Lot): Delivery[] {
    const endpoint = directory.endpoint(endpointId);
    if (endpoint === undefined || kind === null || events === undefined) return [];
    const deliveries: Delivery[] = [];
    let rest = keptOf(events);
    while (rest.length > 0) {
      const fitting = rest.slice(0, fittingCount(kind, rest, Number.POSITIVE_INFINITY));
      rest = rest.slice(fitting.length);
      deliveries.push(deliveryOf(endpoint, fitting, batchBody(kind, fitting, events.count)));
    }
    return deliveries;
  }

  function deliveryOf(
    endpoint: EndpointSettings,
    events: readonly MutedEvent[],
    body: StoredBody
  ): Delivery {
    const { uid = null, contentType = JSON_TYPE, topicName = null, shaped } = events.at(-1) ?? {};
    const message = recorder.endpointMessage(endpoint, topicName, {
      labels: [BATCH_LABEL],
      // That a body was reduced holds for the batch.
      headers: Object.assign({}, ...events.map((one) => one.shaped.headers)) as Record<
        string,
        string
      >,
      ...(shaped?.rendering && { rendering: shaped.rendering }),
    });
    const event: NewEvent = {
      name: 'batch',
      uid,
      entryDocumentId: null,
      entryLocale: null,
      body,
      contentType,
      actor: { kind: 'none' },
      source: 'batch',
      occurredAt: now(),
    };
    return { event, messages: [message] };
  }

  class Batch implements MuteBatch {
    private lots: Lots = new Map();

    async add(events: readonly NewEvent[]): Promise<void> {
      for (const event of events) {
        for (const receiver of await recorder.receiversOf(event)) this.addTo(receiver, event);
      }
    }

    private addTo({ endpoint, topicName, shaped }: Receiver, event: NewEvent): void {
      const lot = lotOf(this.lots, endpoint);
      if (lot.kind === null || shaped.rendering?.problem !== undefined) return;
      lot.events = collect(lot.events, {
        body: shaped.body ?? event.body,
        uid: event.uid,
        documentId: event.entryDocumentId,
        locale: event.entryLocale,
        contentType: event.contentType,
        topicName,
        shaped,
      });
    }

    addAll({ lots }: this): void {
      for (const [id, lot] of lots) {
        const known = this.lots.get(id);
        if (known === undefined) this.lots.set(id, lot);
        else if (lot.events) known.events = collectAll(known.events, lot.events);
      }
    }

    async send(): Promise<SentBatches> {
      const lots = [...this.lots];
      this.lots = new Map();
      const deliveries = lots.flatMap(([id, lot]) => deliveriesOf(id, lot));
      if (deliveries.length > 0) {
        await recorder.deliver(deliveries);
        wake();
      }
      return {
        batches: deliveries.length,
        withoutBatch: lots
          .filter(([, { kind }]) => kind === null)
          .map(([, { endpointName }]) => endpointName),
      };
    }
  }

  return (): MuteBatch => new Batch();
}
