/** The events that the plugin reports about itself. Topics name them and endpoints receive them like any other event. */
import type { NewEvent, Settled } from '../../core/message/message';
import { dlqIdFrom } from '../../core/message/message-id';
import { renderHubPayload, storeBody } from '../../core/message/payload';
import { redactUrl } from '../../core/safety/redact';
import type { EndpointChange } from '../../store/types';
import type { EndpointSettings } from './directory';

const OWN_EVENTS = 'webhooks.';

export const OPERATIONAL_EVENTS = {
  disabled: 'webhooks.endpoint.disabled',
  recovered: 'webhooks.endpoint.recovered',
  dead: 'webhooks.message.dead',
} as const;

/** A message about one of these events never causes another. */
export const isOwnEvent = (name: string): boolean => name.startsWith(OWN_EVENTS);

/** @returns null for a change that has no event. */
export function eventOfChange(
  { to, reason, at }: EndpointChange,
  { id, name, url }: EndpointSettings
): NewEvent | null {
  if (to === 'suspended') return null;
  return eventOf(OPERATIONAL_EVENTS[to], at, {
    endpoint: { id, name, url: redactUrl(url) },
    ...(reason !== null && { reason }),
  });
}

export function eventOfDead({ message, attempt, settledAt }: Settled): NewEvent {
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
