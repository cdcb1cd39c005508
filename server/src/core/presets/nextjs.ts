/**
 * Next.js: tags for a route of the app that calls `revalidateTag`, which docs/guides/presets.md shows.
 *
 * Source: https://nextjs.org/docs/app/api-reference/functions/revalidateTag. A tag has at most 256
 * characters.
 */
import type { Format } from '../shape/format';
import { kindOf } from './summary';
import { asIs, fit } from './text';

const TAG = 256;

export const nextjs: Format = (event) => {
  const { type, timestamp, documentId, locale } = event;
  const kind = kindOf(event);
  const parts = [kind, documentId, locale].filter((part) => part !== null);
  return {
    method: 'POST',
    body: {
      // `article`, `article:<documentId>`, `article:<documentId>:<locale>`
      tags: kind === null ? [] : parts.map((_, index) => tagOf(parts.slice(0, index + 1))),
      type,
      timestamp,
    },
  };
};

const tagOf = (parts: readonly string[]): string => fit(parts.join(':'), TAG, asIs);
