/**
 * Tells who makes a change, from the request that Strapi is serving. Cron jobs, bootstrap code, the console
 * and anonymous callers are `none`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { Core } from '@strapi/strapi';

import type { Actor } from '../core/message/message';
import { cutText } from '../core/safety/text';
import { isFunction, type Internal } from './strapi-internals';

export const ACTOR_INTERNALS: readonly Internal[] = [
  {
    name: 'strapi.requestContext.get',
    affects: 'content-events',
    isThere: ({ requestContext }) => isFunction(requestContext.get),
  },
];

/** The column's length. */
const MAX_LABEL_LENGTH = 255;

const NOBODY: Actor = { kind: 'none' };

interface Identity {
  id?: unknown;
  name?: unknown;
  email?: unknown;
  username?: unknown;
  firstname?: unknown;
  lastname?: unknown;
}

interface RequestState {
  auth?: { strategy?: { name?: string }; credentials?: Identity | null };
}

/** Strapi's authentication strategies, by name. */
const KIND_OF_STRATEGY = new Map<string, Actor['kind']>([
  ['admin', 'admin'],
  ['admin-token', 'admin-token'],
  ['content-api-token', 'api-token'],
  ['api-token', 'api-token'], // its name in older versions of Strapi 5
  ['users-permissions', 'user'],
]);

const named = new AsyncLocalStorage<Actor>();

/** Runs work for somebody whom Strapi's strategies did not authenticate. */
export const actingAs = <T>(actor: Actor, work: () => Promise<T>): Promise<T> =>
  named.run(actor, work);

export function currentActor(strapi: Core.Strapi): Actor {
  const known = named.getStore();
  if (known !== undefined) return known;
  const state = strapi.requestContext.get()?.state as RequestState | undefined;
  const kind = KIND_OF_STRATEGY.get(state?.auth?.strategy?.name ?? '');
  // Without credentials it is the public role of users-permissions.
  return kind === undefined ? NOBODY : actor(kind, state?.auth?.credentials);
}

function actor(kind: Actor['kind'], identity: Identity | null | undefined): Actor {
  const id = Number(identity?.id);
  if (identity == null || !Number.isInteger(id)) return NOBODY;
  const label = labelOf(identity);
  return label === undefined ? { kind, id } : { kind, id, label: cutText(label, MAX_LABEL_LENGTH) };
}

export function labelOf({
  name,
  username,
  firstname,
  lastname,
  email,
}: Identity): string | undefined {
  const fullName = [firstname, lastname].filter(isText).join(' ');
  return [name, username, fullName, email].find(isText);
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
