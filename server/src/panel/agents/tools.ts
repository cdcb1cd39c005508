/** The tools of Strapi's MCP server: what an agent reads, and replays, with the permissions of its token. */
import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';

import { serviceOf } from '../../app/service-of';
import { MESSAGE_STATES } from '../../core/message/message';
import { cutText } from '../../core/safety/text';
import type {
  AttemptView,
  EndpointHealthView,
  EndpointView,
  MessageView,
  StoredBody,
} from '../contract';
import type { Call } from '../controllers/call';
import { mayRead, messageFor, viewFor } from '../controllers/payloads';
import type { Permission } from '../permissions';
import { AUDITED } from '../routes/audited';

const MAX_LISTED = 50;
const DEFAULT_LISTED = 20;
const MAX_BODY_CHARACTERS = 20_000;

type Reader = Pick<Call, 'may'>;
type Input = z.ZodObject<z.ZodRawShape>;

export interface AgentTool {
  name: string;
  title: string;
  description: string;
  permission: Permission;
  input: Input;
  output: Input;
  /** @param args that the input describes. @throws CoreError */
  run(args: Record<string, unknown>, reader: Reader): Promise<Record<string, unknown>>;
}

/** @param run with arguments of the input's type. */
const tool = <I extends Input>(
  about: Omit<AgentTool, 'input' | 'run'> & { input: I },
  run: (args: z.output<I>, reader: Reader) => ReturnType<AgentTool['run']>
): AgentTool => ({ ...about, run });

/** Built when there is an MCP server: earlier versions of Strapi do not export its zod. */
export function agentTools(strapi: Core.Strapi): AgentTool[] {
  const endpoints = () => serviceOf(strapi, 'endpoints');
  const messages = () => serviceOf(strapi, 'messages');
  const rows = () => z.array(z.looseObject({}));
  const messageId = z.string().max(255).describe('The id of a message, msg_…');
  const endpointId = z.number().int().min(1).describe('The id of an endpoint');

  return [
    tool(
      {
        name: 'guaranteed_webhooks_list_endpoints',
        title: 'List webhook endpoints',
        description:
          'Lists the endpoints that webhooks are sent to: URL, topics, and whether each is active, paused, ' +
          'disabled or suspended (its circuit breaker is open), with the reason. Times are epoch milliseconds.',
        permission: 'endpoints.read',
        input: z.object({}),
        output: z.object({ endpoints: rows() }),
      },
      async () => ({ endpoints: (await endpoints().list()).map(endpointRow) })
    ),
    tool(
      {
        name: 'guaranteed_webhooks_list_messages',
        title: 'List webhook messages',
        description:
          'Lists webhook messages, newest first. State dead: failed, in the dead-letter queue. Pass nextCursor ' +
          'back as cursor for the next page.',
        permission: 'messages.read',
        input: z.object({
          state: z.array(z.enum(MESSAGE_STATES)).optional(),
          endpointId: endpointId.optional(),
          event: z.string().max(255).optional().describe('The name of an event: entry.publish'),
          entryDocumentId: z.string().max(255).optional(),
          limit: z.number().int().min(1).max(MAX_LISTED).default(DEFAULT_LISTED),
          cursor: z.string().optional(),
        }),
        output: z.object({ messages: rows(), nextCursor: z.string().optional() }),
      },
      async ({ state, endpointId: id, event, entryDocumentId, limit, cursor }, reader) => {
        const filter = {
          ...(state && { state }),
          ...(id !== undefined && { endpointId: [id] }),
          ...(event !== undefined && { event: [event] }),
          ...(entryDocumentId !== undefined && { entryDocumentId }),
        };
        const page = { pageSize: limit, ...(cursor !== undefined && { cursor }) };
        const { results, nextCursor } = await messages().list(filter, page, mayRead(reader));
        return {
          messages: results.map((one) => messageRow(viewFor(reader, one))),
          ...(nextCursor !== undefined && { nextCursor }),
        };
      }
    ),
    tool(
      {
        name: 'guaranteed_webhooks_get_message',
        title: 'Get a webhook message',
        description:
          'One webhook message with its attempts: what was sent and what came back. Bodies need the permission ' +
          'to read payloads, and are cut to 20,000 characters.',
        permission: 'messages.read',
        input: z.object({ messageId }),
        output: z.object({ message: z.looseObject({}), attempts: rows() }),
      },
      async ({ messageId: id }, reader) => {
        const detail = messageFor(reader, await messages().get(id));
        return {
          message: { ...messageRow(detail), labels: detail.labels, body: bodyText(detail.body) },
          attempts: detail.attemptLog.map(attemptRow),
        };
      }
    ),
    tool(
      {
        name: 'guaranteed_webhooks_endpoint_health',
        title: 'Webhook endpoint health',
        description:
          'The health of webhook endpoints: pending and failed messages, the latest delivery, the last error, and ' +
          'since when the endpoint fails. Without an id: of all.',
        permission: 'endpoints.read',
        input: z.object({ endpointId: endpointId.optional() }),
        output: z.object({ endpoints: rows() }),
      },
      async ({ endpointId: id }) => {
        const wanted = id === undefined ? await endpoints().list() : [await endpoints().get(id)];
        const health = new Map((await endpoints().health()).map((one) => [one.endpointId, one]));
        return { endpoints: wanted.map((one) => healthRow(one, health.get(one.id))) };
      }
    ),
    tool(
      {
        name: 'guaranteed_webhooks_replay_message',
        title: 'Replay a webhook message',
        description:
          'Sends a delivered, failed or canceled webhook message again, with the same id and bytes. The receiver ' +
          'gets it once more: ask before you replay what was delivered.',
        permission: 'messages.replay',
        input: z.object({ messageId }),
        output: z.object({ message: z.looseObject({}) }),
      },
      async ({ messageId: id }, reader) => {
        const replay = () => messages().replay(id);
        const audited = AUDITED['messages.replay'];
        if (audited === undefined) throw new Error('a replay is in the audit log');
        const replayed = await serviceOf(strapi, 'audit').during(audited, id, replay);
        return { message: messageRow(viewFor(reader, replayed)) };
      }
    ),
  ];
}

const endpointRow = (endpoint: EndpointView) => {
  const { id, name, url, method, state, stateReason, breaker, topics } = endpoint;
  return {
    ...{ id, name, url, method, state, stateReason },
    suspended: breaker !== null,
    topics: topics.map((topic) => topic.name),
  };
};

const healthRow = (endpoint: EndpointView, health: EndpointHealthView | undefined) => ({
  ...endpointRow(endpoint),
  pending: health?.pending ?? 0,
  failed: health?.dead ?? 0,
  lastDeliveredAt: health?.lastDeliveredAt ?? null,
  failingSince: endpoint.firstFailureAt,
  lastError: endpoint.lastError,
  problem: endpoint.problem,
});

const messageRow = (message: MessageView) => {
  const { state, event, uid, entryDocumentId, entryTitle, endpointId, endpointName, url } = message;
  const { attempts, held, notBefore, lastOutcome, lastStatus, lastError } = message;
  return {
    messageId: message.messageId,
    ...{ state, event, uid, entryDocumentId, entryTitle, endpointId, endpointName, url },
    ...{ attempts, held, notBefore, lastOutcome, lastStatus, lastError },
    createdAt: message.createdAt,
    finishedAt: message.finishedAt,
  };
};

const attemptRow = (attempt: AttemptView) => {
  const { number, startedAt, durationMs, outcome, status, error, request, response } = attempt;
  return {
    ...{ number, startedAt, durationMs, outcome, status, error, request },
    response: response && { headers: response.headers, body: bodyText(response.body) },
  };
};

const bodyText = (body: StoredBody | null): string | null =>
  body && cutText(body.text, MAX_BODY_CHARACTERS);
