/**
 * Exports the messages of a list as CSV or JSON, newest first. Pages are read one after the other while the
 * caller takes them, so that the memory does not grow with the export.
 */
import { Readable } from 'node:stream';

import type { Core } from '@strapi/strapi';

import type { ExportFormat, MessageListFilter, MessageView } from '../contract';
import { messageView } from '../../api/message-views';
import type { StoredBody } from '../../core/message/message';
import { BYTE_ORDER_MARK, csvLine, type Cell } from '../../core/safety/csv';
import { runtimeOf } from '../../runtime/runtime';
import type { MessageRow, MessageSearch } from '../../store/types';
import { searchOf } from './messages';

/** Enough for a spreadsheet, whose limit is about a million rows. */
export const MAX_EXPORTED = 100_000;
const PAGE = 500;
/** A payload may have a mebibyte. */
const PAGE_WITH_PAYLOADS = 20;

export interface ExportOptions {
  format: ExportFormat;
  payloads: boolean;
}

export interface MessageExport {
  stream: Readable;
  /** More match than are exported. */
  isCut: boolean;
}

type Exported = MessageView & { body?: StoredBody | null };

export const createMessageExportService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  async function bodiesOf(rows: readonly MessageRow[]): Promise<Map<number, StoredBody>> {
    const own = await store().ownBodies(rows.map(({ id }) => id));
    const events = await store().readEvents([...new Set(rows.map(({ eventId }) => eventId))]);
    const bodies = new Map(events.map(({ id, body }) => [id, body]));
    return new Map(
      rows.flatMap(({ id, eventId, redact }): [number, StoredBody][] => {
        const body = own.get(id) ?? bodies.get(eventId);
        return body === undefined ? [] : [[id, runtime().redactor.body(body, redact)]];
      })
    );
  }

  async function exported(rows: readonly MessageRow[], payloads: boolean): Promise<Exported[]> {
    const bodies = payloads ? await bodiesOf(rows) : new Map<number, StoredBody>();
    return rows.map((row) => ({
      ...messageView(runtime(), row),
      ...(payloads && { body: bodies.get(row.id) ?? null }),
    }));
  }

  /** Pages of matching messages. A page may be empty: a search covers a part of the log. */
  async function* pages(search: MessageSearch, pageSize: number): AsyncGenerator<MessageRow[]> {
    let past: number | undefined;
    for (let left = MAX_EXPORTED; left > 0;) {
      const window = await store().searchWindow(search, past);
      const limit = Math.min(pageSize, left);
      const range = { ...(past !== undefined && { past }), ...window, limit };
      const rows = await store().listMessages(search, range);
      yield rows;
      left -= rows.length;
      const last = rows.at(-1);
      if (rows.length === limit && last) past = last.id;
      else if (window === null || window.searchedTo === null) return;
      else past = window.upTo;
    }
  }

  async function* chunks(
    search: MessageSearch,
    { format, payloads }: ExportOptions,
    shown: (message: Exported) => Exported
  ): AsyncGenerator<string> {
    const lines = format === 'csv' ? csvLines(payloads) : jsonLines();
    yield lines.head;
    for await (const rows of pages(search, payloads ? PAGE_WITH_PAYLOADS : PAGE)) {
      const messages = (await exported(rows, payloads)).map(shown);
      if (messages.length > 0) yield messages.map(lines.line).join('');
    }
    yield lines.end;
  }

  return {
    /**
     * @param shown leaves out what the caller may not see.
     * @param withTitles a search looks at the titles of entries too.
     */
    async export(
      filter: MessageListFilter,
      options: ExportOptions,
      {
        shown,
        withTitles,
      }: { shown: <M extends MessageView>(message: M) => M; withTitles: boolean }
    ): Promise<MessageExport> {
      const search = {
        ...searchOf(runtime().directory, filter),
        ...(!withTitles && { withoutTitles: true }),
      };
      const count = await store().countMatching(search, MAX_EXPORTED + 1);
      return {
        stream: Readable.from(chunks(search, options, shown)),
        isCut: count > MAX_EXPORTED,
      };
    },
  };
};

interface Lines {
  head: string;
  line: (message: Exported) => string;
  end: string;
}

function jsonLines(): Lines {
  let isFirst = true;
  return {
    head: '[',
    line(message) {
      const text = `${isFirst ? '' : ','}\n${JSON.stringify(message)}`;
      isFirst = false;
      return text;
    },
    end: '\n]\n',
  };
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const COLUMNS: readonly (readonly [name: string, cell: (message: Exported) => Cell])[] = [
  ['messageId', (message) => message.messageId],
  ['state', (message) => message.state],
  ['onHold', (message) => String(message.held)],
  ['event', (message) => message.event],
  ['contentType', (message) => message.uid],
  ['documentId', (message) => message.entryDocumentId],
  ['title', (message) => message.entryTitle],
  ['locale', (message) => message.entryLocale],
  ['topic', (message) => message.topicName],
  ['endpoint', (message) => message.endpointName],
  ['method', (message) => message.method],
  ['url', (message) => message.url],
  ['attempts', (message) => message.attempts],
  ['lastOutcome', (message) => message.lastOutcome],
  ['lastStatus', (message) => message.lastStatus],
  ['lastError', (message) => message.lastError],
  ['lastDurationMs', (message) => message.lastDurationMs],
  ['createdAt', (message) => iso(message.createdAt)],
  ['lastAttemptAt', (message) => iso(message.lastAttemptAt)],
  ['nextAttemptAt', (message) => iso(message.notBefore)],
  ['finishedAt', (message) => iso(message.finishedAt)],
];

const PAYLOAD_COLUMNS: typeof COLUMNS = [
  ['payload', ({ body }) => body?.text ?? null],
  ['payloadEncoding', ({ body }) => body?.encoding ?? null],
];

function csvLines(payloads: boolean): Lines {
  const columns = payloads ? [...COLUMNS, ...PAYLOAD_COLUMNS] : COLUMNS;
  return {
    head: BYTE_ORDER_MARK + csvLine(columns.map(([name]) => name)),
    line: (message) => csvLine(columns.map(([, cell]) => cell(message))),
    end: '',
  };
}
