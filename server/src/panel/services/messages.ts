/** Lists, replays, cancels and sends messages: one, a selection, or all that match a filter. */
import type { Core } from '@strapi/strapi';

import type {
  BulkInput,
  MessageJobKind,
  DeadLetterReason,
  DisplayedState,
  MessageDetail,
  MessageListFilter,
  MessageState,
  MessageView,
  Page,
  PreviousMessage,
  RetryPolicy,
} from '../contract';
import { CoreError } from '../../core/errors';
import type { Directory } from '../../delivery/engine/directory';
import type { MessageRow, MessageSearch } from '../../store/types';
import { bulk, withReceiver, type BulkResult } from './bulk';
import { attemptView, heldBy, isDeleted, messageView } from '../../api/message-views';
import { orderOf, pageOf, positionOf, type ListPage } from '../../api/page';
import { withTriggers, type Ask } from '../../core/message/triggers';
import { currentActor } from '../../host/actor';
import { DEFAULT_PUBLISH_POLICY, nominalDelays } from '../../core/retry/backoff';
import { runtimeOf, type Runtime } from '../../runtime/runtime';

/** Other messages of the same event. The message list shows all of them. */
const SIBLINGS = 100;
const GROUPS = 200;

const isFinished = ({ state }: Pick<MessageRow, 'state'>): boolean =>
  state !== 'pending' && state !== 'active';

export const createMessagesService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  async function find(messageId: string): Promise<MessageRow> {
    const [row] = await store().findMessages([messageId]);
    if (row === undefined) throw new CoreError('NOT_FOUND', `there is no message ${messageId}`);
    return row;
  }

  async function view(messageId: string): Promise<MessageView> {
    return messageView(runtime(), await find(messageId));
  }

  /** @throws CoreError CONFLICT when the state changed in between and nothing was done. */
  async function changed(messageId: string, count: number): Promise<MessageView> {
    if (count > 0) return view(messageId);
    const { state } = await find(messageId);
    throw new CoreError('CONFLICT', `message ${messageId} is ${state} by now: nothing was changed`);
  }

  /** Makes a message due, and notes who asked for it. @returns how many messages changed. */
  async function asked(row: MessageRow, kind: Ask['kind']): Promise<number> {
    const at = runtime().clock.now();
    const move = kind === 'replay' ? runtime().replay.replay : store().expedite;
    const count = await move([row.id], at);
    if (count > 0) await store().noteAsk([row.id], { at, kind, actor: currentActor(strapi) });
    return count;
  }

  return {
    /** @throws CoreError INVALID_FILTER */
    /** @param withTitles a search looks at the titles of entries too. */
    bulk: (kind: MessageJobKind, input: BulkInput, withTitles = true): Promise<BulkResult> =>
      bulk(runtime(), kind, searched(input, withTitles), currentActor(strapi)),

    async list(
      filter: MessageListFilter,
      page: ListPage,
      withTitles = true
    ): Promise<Page<MessageView>> {
      const past = positionOf(page.cursor);
      const order = orderOf(page);
      const search = {
        ...searchOf(runtime().directory, filter),
        ...(!withTitles && { withoutTitles: true }),
      };
      const window = await store().searchWindow(search, past, order);
      const rows = await store().listMessages(search, {
        ...(past !== undefined && { past }),
        ...window,
        order,
        limit: page.pageSize + 1,
      });
      return pageOf(rows, page.pageSize, (row) => messageView(runtime(), row), window);
    },

    /**
     * One message with its attempts, related messages and bodies. The controller removes bodies
     * for users without the permission.
     */
    async get(messageId: string): Promise<MessageDetail> {
      const row = await store().findMessage(messageId);
      const event = row && (await store().findEvent(row.eventId));
      if (row === null || event === null) {
        throw new CoreError('NOT_FOUND', `there is no message ${messageId}`);
      }
      const { body, contentType, ...cause } = event;
      const siblings = await store().siblings(row.eventId, SIBLINGS);
      const views = (rows: readonly MessageRow[]) => rows.map((one) => messageView(runtime(), one));
      return {
        ...messageView(runtime(), row),
        attemptLog: withTriggers(
          (await store().listAttempts(row.id)).map((attempt) => attemptView(runtime(), attempt)),
          row.asks
        ),
        cause,
        siblings: views(siblings.filter((sibling) => sibling.id !== row.id)),
        callbacks: views(await store().callbacksOf(messageId)),
        body: runtime().redactor.body(row.ownBody ?? body, row.redact),
        contentType: row.rendering?.contentType ?? contentType,
        retries: retriesOf(runtime(), row),
        keptUntil: keptUntil(runtime(), row),
      };
    },

    /** Finds the message before to the same endpoint about the same entry. @throws CoreError NOT_FOUND */
    async before(messageId: string): Promise<PreviousMessage> {
      const row = await store().messageBefore(await find(messageId));
      const stored = row && (await store().findMessage(row.messageId));
      const event = row && (await store().findEvent(row.eventId));
      if (!stored || !event) return { previous: null };
      const { createdAt, redact, ownBody } = stored;
      const body = runtime().redactor.body(ownBody ?? event.body, redact);
      return { previous: { messageId: stored.messageId, event: stored.event, createdAt, body } };
    },

    async deadLetterReasons(): Promise<DeadLetterReason[]> {
      const groups = await store().deadLetterGroups(GROUPS);
      return groups.map((group) => ({
        ...group,
        endpointDeleted: isDeleted(runtime(), group.endpointId),
      }));
    },

    /**
     * @throws CoreError NOT_FOUND; CONFLICT when it is unfinished, its endpoint was deleted, or the endpoint is
     *   sent the latest state and a newer message follows.
     */
    async replay(messageId: string): Promise<MessageView> {
      const row = await find(messageId);
      if (!isFinished(row)) {
        throw new CoreError(
          'CONFLICT',
          `message ${messageId} is ${row.state}; only delivered, failed and canceled messages can be replayed`
        );
      }
      if ((await withReceiver(runtime(), [row])).length === 0) {
        throw new CoreError(
          'CONFLICT',
          `the endpoint "${row.endpointName}" of message ${messageId} was deleted`
        );
      }
      const count = await asked(row, 'replay');
      if (count === 0 && isFinished(await find(messageId))) {
        throw new CoreError(
          'CONFLICT',
          `a newer message about entry "${row.entryDocumentId}" follows message ${messageId}, and its endpoint is sent the latest state`
        );
      }
      runtime().wake();
      return changed(messageId, count);
    },

    /** @throws CoreError NOT_FOUND; CONFLICT when it is finished. */
    async cancel(messageId: string): Promise<MessageView> {
      const row = await find(messageId);
      if (isFinished(row)) {
        throw new CoreError('CONFLICT', `message ${messageId} is ${row.state} already`);
      }
      return changed(messageId, await store().cancel([row.id], runtime().clock.now()));
    },

    /**
     * Sends a pending message now. @throws CoreError NOT_FOUND; CONFLICT when it is not pending,
     * or on hold.
     */
    async sendNow(messageId: string): Promise<MessageView> {
      const row = await find(messageId);
      if (row.state !== 'pending') {
        throw new CoreError('CONFLICT', `message ${messageId} is ${row.state}, not pending`);
      }
      const reason = heldBy(runtime(), row);
      if (reason !== null) {
        const why = {
          endpoint: `its endpoint "${row.endpointName}" is paused, disabled or suspended`,
          document: `its document "${row.entryDocumentId}" changed too often; release it first`,
        }[reason];
        throw new CoreError('CONFLICT', `message ${messageId} is on hold, because ${why}`);
      }
      const count = await asked(row, 'send-now');
      runtime().wake();
      return changed(messageId, count);
    },
  };
};

/** Adds what the store needs for `displayed`: the states it spans, and the endpoints on hold. */
export function searchOf(directory: Directory, filter: MessageListFilter): MessageSearch {
  const { displayed, state } = filter;
  if (displayed === undefined) return filter;
  const spanned = [...new Set(displayed.map(stateOf))];
  return {
    ...filter,
    state: state?.filter((one) => spanned.includes(one)) ?? spanned,
    heldEndpointIds: directory.heldEndpointIds(),
  };
}

/** A job searches as the list did that it was started from. */
function searched(input: BulkInput, withTitles: boolean): BulkInput {
  if ('messageIds' in input || withTitles) return input;
  const filter: MessageSearch = { ...input.filter, withoutTitles: true };
  return { ...input, filter };
}

/** Null when finished. A message without a policy of its own follows its endpoint's. */
function retriesOf(
  { directory }: Pick<Runtime, 'directory'>,
  row: MessageRow & { retryPolicy: RetryPolicy | null }
): MessageDetail['retries'] {
  const { notBefore, retried, endpointId } = row;
  if (notBefore === null) return null;
  const endpoint = endpointId === null ? undefined : directory.endpoint(endpointId);
  const policy = row.retryPolicy ?? endpoint?.retryPolicy ?? DEFAULT_PUBLISH_POLICY;
  const left = nominalDelays(policy).slice(retried);
  return { left: left.length, lastAt: left.reduce((sum, delayMs) => sum + delayMs, notBefore) };
}

function keptUntil({ config }: Runtime, { state, finishedAt }: MessageRow): number | null {
  if (finishedAt === null) return null;
  const { deadMs, deliveredMs } = config.retention;
  return finishedAt + (state === 'dead' ? deadMs : deliveredMs);
}

const stateOf = (displayed: DisplayedState): MessageState =>
  displayed === 'retrying' || displayed === 'held' ? 'pending' : displayed;

export type MessagesService = ReturnType<typeof createMessagesService>;
