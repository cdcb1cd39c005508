/**
 * Slack: an incoming webhook, `https://hooks.slack.com/services/…`.
 *
 * Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and the reference of
 * Block Kit. All text of the entry is in `plain_text` objects: Slack formats nothing in them, and mentions
 * nobody.
 */
import type { Format } from '../shape/format';
import { lineOf, OPEN, summaryOf } from './summary';
import { fit } from './text';

/** Characters of a header block. */
const HEADER = 150;
/** Characters of any text object. */
const TEXT = 3_000;

/** Slack's control characters in every text object. */
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escape = (character: string): string => ENTITIES[character] ?? character;

const plain = (text: string, limit: number) => ({
  type: 'plain_text',
  text: fit(text, limit, escape),
  emoji: false,
});

/** Only `mrkdwn` has links. */
const linkTo = (url: string) => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text: `<${url}|${OPEN}>` }],
});

export const slack: Format = (event) => {
  const summary = summaryOf(event);
  const details = summary.details.join(' · ');
  return {
    method: 'POST',
    body: {
      // Shown in notifications.
      text: fit(lineOf(summary), TEXT, escape),
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        { type: 'header', text: plain(lineOf(summary), HEADER) },
        ...(details === '' ? [] : [{ type: 'context', elements: [plain(details, TEXT)] }]),
        ...(summary.link === null ? [] : [linkTo(summary.link)]),
      ],
    },
  };
};
