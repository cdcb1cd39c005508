/**
 * Internals of Strapi's and knex's that the plugin wraps or relies on.
 *
 * Nothing promises that they stay as they are. Each module that uses one declares it, and all are checked
 * at every start: what is missing is logged, reported by `/health` and the metrics, and shown in the panel.
 */
import type { Core } from '@strapi/strapi';

import type { Log } from '../delivery/loop/ports';
import type { Affected, MissingInternal } from './strapi-internals-view';

export interface Internal {
  /** As in Strapi's code: `strapi.db.transaction`. */
  name: string;
  affects: Affected;
  /** An error counts as missing. */
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

/** What the plugin as a whole relies on. */
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

  async function isThere(internal: Internal): Promise<boolean> {
    try {
      return await internal.isThere(strapi);
    } catch {
      return false;
    }
  }

  return {
    /** Checks internals, and logs an error for each that is missing. */
    async check(internals: readonly Internal[]): Promise<void> {
      for (const internal of internals) {
        if (await isThere(internal)) continue;
        const { name, affects } = internal;
        missing.push({ name, affects });
        log.error(sentence({ name, affects }));
      }
    },

    /** Nothing that this needs is missing. */
    works: (affected: Affected): boolean => missing.every(({ affects }) => affects !== affected),

    missing: (): readonly MissingInternal[] => missing,

    problems: (): string[] => missing.map(sentence),
  };
}

export type SelfCheck = ReturnType<typeof createSelfCheck>;
