/**
 * Services that presets are made for, as a receiver: each path is a service, which answers as that service
 * does, and refuses what it documents to refuse.
 */
import type { Received, Step } from './receiver';

type Json = Record<string, unknown>;

interface Service {
  /** Status of an accepted request. */
  accepts: number;
  /** Status of a refused one. */
  refuses: number;
  /** @returns why the request is refused, or null. */
  problemOf(body: Json, request: Received): string | null;
}

const isText = (value: unknown, limit: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= limit;

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Of a list of `[is fine, what is wrong otherwise]`. */
const firstProblem = (...checks: [boolean, string][]): string | null =>
  checks.find(([isFine]) => !isFine)?.[1] ?? null;

/** https://docs.slack.dev/reference/block-kit: lengths of text objects; `<` begins a control sequence. */
const slackText = (value: unknown, limit: number): boolean => {
  const { type, text } = value as Json;
  return type === 'plain_text' && isText(text, limit) && !/[<>]|&(?!amp;|lt;|gt;)/.test(text);
};

const slackBlock = (block: Json): boolean =>
  block.type === 'header'
    ? slackText(block.text, 150)
    : block.type === 'context' &&
      list(block.elements).length <= 10 &&
      list(block.elements).every((element) => slackText(element, 3_000));

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits */
const discordLength = (embed: Json): number => [embed.title, embed.description].join('').length;

/** Tags are printable ASCII without spaces and commas. */
const areTags = (value: unknown, most: number, longest: number): boolean =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= most &&
  value.every((tag) => isText(tag, longest) && /^[\x21-\x2b\x2d-\x7e]+$/.test(tag));

const SERVICES: Record<string, Service> = {
  slack: {
    accepts: 200,
    refuses: 400,
    problemOf: ({ text, blocks }) =>
      firstProblem(
        [isText(text, 40_000), 'no_text'],
        [list(blocks).length > 0 && list(blocks).length <= 50, 'invalid_blocks'],
        [list(blocks).every(slackBlock), 'invalid_blocks']
      ),
  },
  discord: {
    accepts: 204,
    refuses: 400,
    problemOf: ({ content, embeds, allowed_mentions: mentions }) =>
      firstProblem(
        [content !== undefined || list(embeds).length > 0, 'Cannot send an empty message'],
        [list(embeds).length <= 10, 'Must be 10 or fewer in length.'],
        [list(embeds).every(({ title }) => isText(title, 256)), 'Must be 256 or fewer in length.'],
        [
          list(embeds).every(
            ({ description }) => description === undefined || isText(description, 4_096)
          ),
          'Must be 4096 or fewer in length.',
        ],
        [list(embeds).every((embed) => discordLength(embed) <= 6_000), 'Embed size exceeds 6000'],
        // Not a rule of Discord's, but ours: nobody is pinged by a title.
        [JSON.stringify(mentions) === '{"parse":[]}', 'it may mention everyone']
      ),
  },
  teams: {
    accepts: 202,
    refuses: 400,
    problemOf: ({ type, attachments }, { body }) =>
      firstProblem(
        [body.length <= 28 * 1_024, 'Request Entity too large'],
        [type === 'message' && list(attachments).length > 0, 'there are no attachments'],
        [
          list(attachments).every(
            ({ contentType, content }) =>
              contentType === 'application/vnd.microsoft.card.adaptive' &&
              (content as Json).type === 'AdaptiveCard' &&
              list((content as Json).body).every((block) => block.type === 'RichTextBlock')
          ),
          'not an Adaptive Card',
        ]
      ),
  },
  github: {
    accepts: 204,
    refuses: 422,
    problemOf: ({ event_type: type, client_payload: payload, ...rest }, { headers }) =>
      firstProblem(
        [headers['user-agent'] !== undefined, 'a User-Agent header is required'],
        [headers.accept === 'application/vnd.github+json', 'Unsupported Accept header'],
        [headers.authorization === 'Bearer github-token', 'Bad credentials'],
        [Object.keys(rest).length === 0, `${Object.keys(rest).join()} is not a permitted key`],
        [isText(type, 100), 'event_type is not 1 to 100 characters'],
        [Object.keys(payload ?? {}).length <= 10, 'No more than 10 properties are allowed'],
        [JSON.stringify(payload ?? {}).length < 65_535, 'client_payload is too large']
      ),
  },
  gitlab: {
    accepts: 201,
    refuses: 400,
    problemOf: ({ ref, variables }, { path }) =>
      firstProblem(
        [new URL(path, 'http://x').searchParams.get('token') !== null, 'token is missing'],
        [ref === 'main', 'Reference not found'],
        [
          Object.values((variables ?? {}) as Json).every((value) => typeof value === 'string'),
          'variables needs to be a map of key-valued strings',
        ]
      ),
  },
  vercel: { accepts: 201, refuses: 400, problemOf: () => null },
  netlify: { accepts: 200, refuses: 400, problemOf: () => null },
  'cloudflare-pages': { accepts: 200, refuses: 400, problemOf: () => null },
  // https://vercel.com/docs/rest-api/reference/endpoints/edge-cache
  'vercel-tags': {
    accepts: 200,
    refuses: 400,
    problemOf: ({ tags }, { headers, path }) =>
      firstProblem(
        [headers.authorization === 'Bearer vercel-tags-token', 'forbidden'],
        [
          new URL(path, 'http://x').searchParams.has('projectIdOrName'),
          'projectIdOrName is required',
        ],
        [areTags(tags, 16, 256), 'tags: 1 to 16 texts of at most 256 characters']
      ),
  },
  // https://docs.netlify.com/build/caching/caching-overview
  'netlify-tags': {
    accepts: 202,
    refuses: 400,
    problemOf: ({ site_id: site, cache_tags: tags }, { headers }) =>
      firstProblem(
        [headers.authorization === 'Bearer netlify-tags-token', 'Access Denied'],
        [site === 'site', 'site not found'],
        [areTags(tags, Number.POSITIVE_INFINITY, 500), 'invalid cache tags']
      ),
  },
  // https://developers.cloudflare.com/cache/how-to/purge-cache/purge-by-tags
  'cloudflare-tags': {
    accepts: 200,
    refuses: 400,
    problemOf: ({ tags, ...rest }, { headers }) =>
      firstProblem(
        [headers.authorization === 'Bearer cloudflare-tags-token', 'Authentication error'],
        [Object.keys(rest).length === 0 && areTags(tags, 100, 1_024), 'Invalid purge request']
      ),
  },
  // https://www.fastly.com/documentation/reference/api/purging
  'fastly-tags': {
    accepts: 200,
    refuses: 400,
    problemOf: ({ surrogate_keys: keys }, { headers }) =>
      firstProblem(
        [
          headers['fastly-key'] === 'fastly-tags-token',
          'Provided credentials are missing or invalid',
        ],
        [headers['fastly-soft-purge'] === '1', 'not a soft purge'],
        [areTags(keys, 256, 1_024), 'too many or invalid keys']
      ),
  },
  nextjs: {
    accepts: 200,
    refuses: 400,
    problemOf: ({ tags }) =>
      firstProblem([
        Array.isArray(tags) && tags.length > 0 && tags.every((tag) => isText(tag, 256)),
        'a tag exceeds 256 characters',
      ]),
  },
};

/** Answers `/<service>/…` as the service does. @returns null for other paths. */
export function answerAsService(request: Received): Step | null {
  const service = SERVICES[request.path.split(/[/?]/)[1] ?? ''];
  if (service === undefined) return null;
  const isJson = request.headers['content-type'] === 'application/json';
  if (request.method !== 'POST' || !isJson) return { status: 415, body: 'POST with JSON only' };
  const problem = service.problemOf(JSON.parse(request.body.toString()) as Json, request);
  return problem === null
    ? { status: service.accepts }
    : { status: service.refuses, body: problem };
}
