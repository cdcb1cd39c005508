/**
 * The plugin's own events: `webhooks.endpoint.disabled`, `webhooks.endpoint.recovered`,
 * `webhooks.message.dead`. Topics name them and endpoints receive them like any other event. They
 * are written in the transaction of the change they report.
 *
 * No loops: a message about our own events never causes one of its own. Endpoints change state
 * rarely and by themselves, so what is said about them cannot feed on itself.
 */
import type { NewEvent, Settled } from '../../core/message/message';
import { dlqIdFrom } from '../../core/message/message-id';
import { renderHubPayload, storeBody } from '../../core/message/payload';
import { redactUrl } from '../../core/safety/redact';
import type { Log } from '../loop/ports';
import type { EndpointChange, FullStore } from '../../store/types';
import type { Directory } from './directory';
import type { Recorder } from './recorder';

const OWN_EVENTS = 'webhooks.';

export const OPERATIONAL_EVENTS = {
  disabled: 'webhooks.endpoint.disabled',
  recovered: 'webhooks.endpoint.recovered',
  dead: 'webhooks.message.dead',
} as const;

/** As functions: the store calls us, and we call it. */
interface Dependencies {
  store: () => Pick<FullStore, 'settle' | 'inTransaction' | 'afterCommit'>;
  directory: () => Pick<Directory, 'endpoint' | 'routes' | 'refresh' | 'settled'>;
  recorder: () => Pick<Recorder, 'record'>;
  wake: () => void;
  log: Log;
}

export function createOperational(deps: Dependencies) {
  const { store, directory, recorder, wake, log } = deps;
  const wants = (name: string): boolean => directory().routes().wants(name, null);

  function eventOfChange({ endpointId, to, reason, at }: EndpointChange): NewEvent | null {
    const endpoint = directory().endpoint(endpointId);
    if (to === 'ill' || endpoint === undefined) return null;
    const { id, name, url } = endpoint;
    return eventOf(OPERATIONAL_EVENTS[to], at, {
      endpoint: { id, name, url: redactUrl(url) },
      ...(reason !== null && { reason }),
    });
  }

  /** By then routing has been read again. */
  const wakeAfterCommit = (): Promise<void> =>
    store().afterCommit(() => void directory().settled().then(wake));

  async function settle(settled: readonly Settled[]): Promise<ReadonlySet<number>> {
    const dead = settled.filter(
      ({ settlement, message }) =>
        settlement.to === 'dead' && !message.event.name.startsWith(OWN_EVENTS)
    );
    if (dead.length === 0 || !wants(OPERATIONAL_EVENTS.dead)) return store().settle(settled);
    return store().inTransaction(async () => {
      const ours = await store().settle(settled);
      const events = dead.filter(({ message }) => ours.has(message.id)).map(eventOfDead);
      if ((await recorder().record(events)) > 0) await wakeAfterCommit();
      return ours;
    });
  }

  return {
    /** The store's hook, within the transaction that changes the endpoints. */
    async onEndpointChanges(changes: readonly EndpointChange[]): Promise<void> {
      await directory().refresh();
      await wakeAfterCommit();
      for (const { endpointId, to, reason } of changes) {
        const name = directory().endpoint(endpointId)?.name ?? endpointId;
        log.warn(`endpoint "${name}" ${SAID[to]}${reason === null ? '' : `: ${reason}`}`);
      }
      const events = changes.map(eventOfChange).filter((event) => event !== null);
      await recorder().record(events.filter(({ name }) => wants(name)));
    },

    /** The store's `settle`, with the events that follow from it. */
    async settle(settled: readonly Settled[]): Promise<ReadonlySet<number>> {
      const ours = await settle(settled);
      // Lanes of endpoints that it held are known to be held before anything else is claimed.
      await directory().settled();
      return ours;
    },
  };
}

const SAID: Record<EndpointChange['to'], string> = {
  ill: 'fails too often: its messages are held, and one is tried from time to time',
  recovered: 'has recovered',
  disabled: 'was disabled',
};

function eventOfDead({ message, attempt, settledAt }: Settled): NewEvent {
  const { outcome } = attempt;
  const { messageId, endpointId, endpointName, topicName } = message;
  return eventOf(OPERATIONAL_EVENTS.dead, settledAt, {
    message: {
      messageId,
      dlqId: dlqIdFrom(settledAt, message.id),
      event: message.event.name,
      topic: topicName,
      endpoint: endpointId === null ? null : { id: endpointId, name: endpointName },
      url: redactUrl(message.url),
      attempts: attempt.number,
      lastStatus: outcome.kind === 'responded' ? outcome.status : null,
      lastError: outcome.kind === 'responded' ? null : outcome.error,
    },
  });
}

function eventOf(name: string, occurredAt: number, info: object): NewEvent {
  return {
    name,
    uid: null,
    entryDocumentId: null,
    entryLocale: null,
    body: storeBody(Buffer.from(renderHubPayload(name, new Date(occurredAt), info))),
    contentType: 'application/json',
    actor: { kind: 'none' },
    source: 'hub',
    occurredAt,
  };
}
