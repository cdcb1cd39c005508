/** The words of alerts, for e-mails and for endpoints. Pure. */
import type { AlertKind } from './alerts';

/** The event of the messages that tell an alert. */
export const ALERT_EVENT = 'webhooks.alert';

/** An alert as it is sent. */
export interface Alert {
  status: 'problem' | 'recovered' | 'test';
  kinds: AlertKind[];
  /** Null: messages to URLs, which have no endpoint. */
  endpoint: { id: number; name: string } | null;
  title: string;
  text: string;
  /** The page of the endpoint in the panel. */
  url: string;
}

/** Facts that the words are made of. */
export interface AlertFacts {
  endpoint: Alert['endpoint'];
  stateReason: string | null;
  firstFailureAt: number | null;
  lastError: string | null;
  failed: number;
  oldestDueAt: number | null;
}

export function alertText(
  kinds: readonly AlertKind[],
  facts: AlertFacts
): Pick<Alert, 'title' | 'text'> {
  const [first] = kinds;
  if (first === undefined) {
    const { endpoint } = facts;
    const title =
      endpoint === null
        ? 'Messages to URLs are delivered again'
        : `Endpoint "${endpoint.name}" has recovered`;
    return { title, text: 'The problems of the last alert are over.' };
  }
  return {
    title: titleOf(first, facts),
    text: kinds.map((kind) => sentenceOf(kind, facts)).join('\n'),
  };
}

function titleOf(kind: AlertKind, { endpoint }: AlertFacts): string {
  const messages =
    endpoint === null ? 'Messages to URLs' : `Messages to endpoint "${endpoint.name}"`;
  switch (kind) {
    case 'disabled':
      return `Endpoint "${endpoint?.name ?? ''}" is disabled`;
    case 'failing':
      return `Endpoint "${endpoint?.name ?? ''}" is failing`;
    case 'failed-messages':
      return `${messages} have failed`;
    case 'backlog':
      return `${messages} are waiting`;
  }
}

function sentenceOf(kind: AlertKind, facts: AlertFacts): string {
  const { stateReason, firstFailureAt, lastError, failed, oldestDueAt } = facts;
  switch (kind) {
    case 'disabled':
      return `It is disabled, and its messages are on hold. ${stateReason ?? ''}`.trim();
    case 'failing': {
      const since = firstFailureAt === null ? '' : ` since ${instant(firstFailureAt)}`;
      const why = lastError === null ? '' : ` Last error: ${lastError}.`;
      return `Its messages are not delivered${since}.${why}`;
    }
    case 'failed-messages':
      return `${failed} ${failed === 1 ? 'message' : 'messages'} failed within the last hour.`;
    case 'backlog':
      return `The oldest waiting message is due since ${instant(oldestDueAt ?? 0)}.`;
  }
}

const instant = (at: number): string => new Date(at).toISOString();
