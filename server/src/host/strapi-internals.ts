/**
 * Internals of Strapi and knex that the plugin wraps or relies on.
 *
 * A new version may change them. Each module that uses one declares it, and all are checked at every
 * start: a missing one is logged, reported by `/health` and the metrics, and shown in the panel.
 */
import type { Core } from '@strapi/strapi';

import type { Log } from '../delivery/loop/ports';
import type { Affected, MissingInternal } from './strapi-internals-view';

export interface Internal {
  /** As in Strapi's code: `strapi.db.transaction`. */
  name: string;
  affects: Affected;
  /** An error counts as missing, and is logged. */
  isThere(strapi: Core.Strapi): boolean | Promise<boolean>;
}

const CONSEQUENCES: Record<Affected, string> = {
  'content-events': 'document and media events are not captured',
  'entry-events': 'document events are not captured',
  'media-events': 'some or all media events are not captured',
  'hub-events': 'events of the event hub are not captured',
  commits: 'a change may be committed without its events',
  delivery: 'messages are not delivered',
  secrets: 'secrets cannot be encrypted or decrypted',
  imports: "strapi import and strapi transfer delete the plugin's data",
  'native-webhooks': "Strapi's own webhooks and custom events are not listed",
};

export const isFunction = (value: unknown): boolean => typeof value === 'function';

/** Internals that no single module relies on. */
export const HOST_INTERNALS: readonly Internal[] = [
  {
    name: 'strapi.server.httpServer.listening',
    affects: 'delivery',
    isThere: ({ server }) => typeof server.httpServer.listening === 'boolean',
  },
];

export function createSelfCheck(strapi: Core.Strapi, log: Log) {
  const missing: MissingInternal[] = [];
  const version = strapi.config.get<string>('info.strapi');
  const sentence = ({ name, affects }: MissingInternal): string =>
    `In Strapi ${version}, ${name} is missing or works differently: ${CONSEQUENCES[affects]}.`;

  /** @returns undefined for an internal that is there. */
  async function problemOf(internal: Internal): Promise<{ error?: unknown } | undefined> {
    try {
      return (await internal.isThere(strapi)) ? undefined : {};
    } catch (error) {
      return { error };
    }
  }

  return {
    /** Checks internals, and logs an error for each that is missing. */
    async check(internals: readonly Internal[]): Promise<void> {
      for (const internal of internals) {
        const problem = await problemOf(internal);
        if (problem === undefined) continue;
        const { name, affects } = internal;
        missing.push({ name, affects });
        log.error(sentence({ name, affects }), problem);
      }
    },

    /** Whether all internals that this needs are there. */
    works: (affected: Affected): boolean => missing.every(({ affects }) => affects !== affected),

    missing: (): readonly MissingInternal[] => missing,

    problems: (): string[] => missing.map(sentence),
  };
}

export type SelfCheck = ReturnType<typeof createSelfCheck>;
