/** Says in a few words what happened, for messages that people read. */
import type { FormatEvent } from '../shape/format';

export interface Summary {
  /** `Article published`, or the name of the event. */
  headline: string;
  /** The entry's title, or its document id; null for events without one. */
  title: string | null;
  /** Who and where, in order of importance. */
  details: string[];
}

const DONE: ReadonlyMap<string, string> = new Map([
  ['create', 'created'],
  ['update', 'updated'],
  ['delete', 'deleted'],
  ['publish', 'published'],
  ['unpublish', 'unpublished'],
  ['draft-discard', 'draft discarded'],
]);

/** Attributes that name an entry, the likeliest first. */
const TITLES = ['title', 'name', 'headline', 'label', 'subject', 'slug'];

export function summaryOf(event: FormatEvent): Summary {
  const { actor, locale } = event;
  return {
    headline: headlineOf(event),
    title: titleOf(event),
    details: [actor.label === undefined ? null : `by ${actor.label}`, locale].filter(
      (detail) => detail !== null
    ),
  };
}

/** In one line. */
export const lineOf = ({ headline, title }: Summary): string =>
  title === null ? headline : `${headline}: ${title}`;

/** `article` of `api::article.article`; `media` for files; null for other events. */
export function kindOf({ uid, type }: FormatEvent): string | null {
  if (uid !== null) return uid.slice(uid.lastIndexOf('.') + 1);
  return type.startsWith('media.') ? 'media' : null;
}

function headlineOf(event: FormatEvent): string {
  if (event.type === 'trigger-test') return 'Test event from Strapi';
  const kind = kindOf(event);
  const done = DONE.get(event.type.slice(event.type.indexOf('.') + 1));
  if (kind === null || done === undefined) return event.type;
  const words = kind.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${done}`;
}

function titleOf({ entry, payload, documentId }: FormatEvent): string | null {
  const named = entry ?? (payload.media as Record<string, unknown> | undefined) ?? {};
  const texts = TITLES.map((attribute) => named[attribute]);
  const title = texts.find(
    (text): text is string => typeof text === 'string' && text.trim() !== ''
  );
  return title?.trim() ?? documentId;
}
