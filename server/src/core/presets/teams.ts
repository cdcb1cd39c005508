/**
 * Microsoft Teams: a workflow "Post to a channel when a webhook request is received", which takes an
 * Adaptive Card.
 *
 * Source: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 * (28 KB for the message) and https://adaptivecards.io/explorer/TextRun.html: text runs, unlike text blocks,
 * have no Markdown.
 */
import type { Format } from '../shape/format';
import { lineOf, OPEN, summaryOf } from './summary';
import { asIs, fit } from './text';

/** Far below 28 KB, whatever JSON makes of the characters. */
const TEXT = 1_000;

const block = (text: string, look: object) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: fit(text, TEXT, asIs), ...look }],
});

export const teams: Format = (event) => {
  const summary = summaryOf(event);
  const details = summary.details.join(' · ');
  return {
    method: 'POST',
    body: {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: [
              block(lineOf(summary), { weight: 'Bolder', size: 'Medium' }),
              ...(details === '' ? [] : [block(details, { isSubtle: true })]),
            ],
            ...(summary.link !== null && {
              actions: [{ type: 'Action.OpenUrl', title: OPEN, url: summary.link }],
            }),
          },
        },
      ],
    },
  };
};
