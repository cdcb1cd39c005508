/** Says in a few words what happened, for messages that people read. */
import { ALERT_EVENT, type Alert } from '../health/alert-text';
import type { FormatEvent } from '../shape/format';

export interface Summary {
  /** `Article published`, or the name of the event. */
  headline: string;
  /** The entry's title, or its document id; null for events without one. */
  title: string | null;
  /** Who and where, in order of importance. */
  details: string[];
  /** A page to open; null: none. */
  link: string | null;
}

const DONE: ReadonlyMap<string, string> = new Map([
  ['create', 'created'],
  ['update', 'updated'],
  ['delete', 'deleted'],
  ['publish', 'published'],
  ['unpublish', 'unpublished'],
  ['draft-discard', 'draft discarded'],
]);

/** The words of a link. */
export const OPEN = 'Open in Strapi';

/** Attributes that name an entry, the likeliest first. */
const TITLES = ['title', 'name', 'headline', 'label', 'subject', 'slug'];

export function summaryOf(event: FormatEvent): Summary {
  const alert = alertOf(event);
  if (alert !== null) return alert;
  const { actor, locale } = event;
  return {
    headline: headlineOf(event),
    title: titleOf(event),
    details: [actor.label === undefined ? null : `by ${actor.label}`, locale].filter(
      (detail) => detail !== null
    ),
    link: null,
  };
}

/** An alert names itself. */
function alertOf({ type, payload }: FormatEvent): Summary | null {
  const { title, text, url } = (
    type === ALERT_EVENT && payload.alert ? payload.alert : {}
  ) as Partial<Alert>;
  if (typeof title !== 'string' || typeof text !== 'string') return null;
  return { headline: title, title: null, details: [text], link: linkOf(url) };
}

/** Without characters that end a link in the texts of other services. */
function linkOf(url: unknown): string | null {
  if (typeof url !== 'string' || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return /^https?:$/.test(protocol) ? href.replace(/[<>|]/g, encodeURIComponent) : null;
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
