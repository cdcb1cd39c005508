/**
 * Keeps receivers that write back from being told of their own changes, and stops those that do it all the
 * same: a document that changes too often is held for one endpoint until somebody looks.
 */
import type { Actor } from '../message/message';

export const ACTOR_KINDS = ['api-token', 'admin-token', 'user', 'admin'] as const;

/** Somebody whose changes an endpoint is not told of. */
export interface ActorRef {
  kind: (typeof ACTOR_KINDS)[number];
  /** Row id of the token or user. */
  id: number;
  /** Name, as it was when it was chosen. */
  label: string;
}

/** A document that changed too often for an endpoint: its messages are held. */
export interface HeldDocument {
  documentId: string;
  /** Messages that wait. */
  waiting: number;
}

export const MAX_IGNORED_ACTORS = 20;

/** Messages a minute about one document. */
export const DOCUMENT_LIMIT = { min: 1, max: 10_000 } as const;

export const isIgnored = (actor: Actor, ignored: readonly ActorRef[]): boolean =>
  ignored.some(({ kind, id }) => kind === actor.kind && id === actor.id);

/** How the keys of all endpoints begin. */
export const BRAKES = 'brake:';

/** The flow-control key that holds the messages about a document. */
export const brakeKey = (endpointId: number, documentId: string): string =>
  `${brakesOf(endpointId)}${documentId}`;

/** How all keys of an endpoint begin. */
export const brakesOf = (endpointId: number): string => `${BRAKES}${endpointId}:`;
