/**
 * Discord: a channel's webhook, `https://discord.com/api/webhooks/…`.
 *
 * Source: https://docs.discord.com/developers/resources/webhook#execute-webhook, and the limits of an
 * embed: title 256, description 4096, 6000 characters in all.
 */
import type { Format } from '../shape/format';
import { lineOf, summaryOf } from './summary';
import { fit } from './text';

const TITLE = 256;
const DESCRIPTION = 4_096;

/** Characters that Discord's Markdown, mentions, emoji and links are made of. */
const MARKUP = /[\\*_~`|>#[\]()<:@-]/;
const escape = (character: string): string =>
  MARKUP.test(character) ? `\\${character}` : character;

export const discord: Format = (event) => {
  const summary = summaryOf(event);
  const details = summary.details.join(' · ');
  return {
    method: 'POST',
    body: {
      embeds: [
        {
          title: fit(lineOf(summary), TITLE, escape),
          ...(details !== '' && { description: fit(details, DESCRIPTION, escape) }),
          ...(summary.link !== null && { url: summary.link }),
          timestamp: event.timestamp,
        },
      ],
      // A title that contains @everyone pings nobody.
      allowed_mentions: { parse: [] },
    },
  };
};
