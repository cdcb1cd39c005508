/**
 * GitHub: a `repository_dispatch` event, at `https://api.github.com/repos/OWNER/REPO/dispatches`. The
 * token is a secret header of the endpoint.
 *
 * Source: https://docs.github.com/rest/repos/repos#create-a-repository-dispatch-event. The payload has at
 * most 10 properties and 65,535 characters.
 */
import type { Format } from '../shape/format';
import { asIs, fit } from './text';

export const EVENT_TYPE = 100;
/** Leaves room for the other properties. */
const ENTRY = 60_000;

/** @param eventType what the workflow listens for. Absent: the name of the event. */
export const github =
  ({ eventType }: { eventType?: string }): Format =>
  (event) => {
    const { type, timestamp, uid, documentId, locale, entry } = event;
    const isSent = entry !== null && JSON.stringify(entry).length <= ENTRY;
    return {
      method: 'POST',
      headers: {
        Accept: 'application/vnd.github+json',
        'X-GitHub-Api-Version': '2022-11-28',
      },
      body: {
        event_type: fit(eventType ?? type, EVENT_TYPE, asIs),
        client_payload: { type, timestamp, uid, documentId, locale, ...(isSent && { entry }) },
      },
    };
  };
