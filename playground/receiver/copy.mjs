/**
 * A receiver that keeps a copy of the content in SQLite, and shows it on a page.
 *
 *   node playground/receiver/copy.mjs --secret whsec_… [--port 4000] [--file copy.sqlite]
 *
 * It is what a search index or a second site does, in a few lines: it checks the signature, stores an entry
 * when it is created, changed or published, and removes it when it is unpublished or deleted.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

import Database from 'better-sqlite3';
import { Webhook } from 'standardwebhooks';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const escaped = (text) =>
  String(text ?? '').replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]
  );

function openCopy(file) {
  const db = new Database(file);
  db.exec(`create table if not exists copies (
    uid text, document_id text, locale text, status text, entry text, hash text, received_at integer,
    primary key (uid, document_id, locale, status)
  )`);
  const put = db.prepare(`insert or replace into copies values (?, ?, ?, ?, ?, ?, ?)`);
  const drop = db.prepare(
    `delete from copies where uid = ? and document_id = ? and locale = ? and (status = ? or ? = 'all')`
  );
  const read = db.prepare(`select * from copies order by uid, document_id, locale, status`);

  /** @param hash of the bytes of the event. */
  function take({ event, uid, entry }, hash) {
    const key = [uid, entry.documentId, entry.locale ?? ''];
    if (event === 'entry.delete') drop.run(...key, 'all', 'all');
    else if (event === 'entry.unpublish') drop.run(...key, 'published', 'published');
    else {
      const status = entry.publishedAt ? 'published' : 'draft';
      put.run(...key, status, JSON.stringify(entry), hash, Date.now());
    }
  }

  return {
    /** @param bytes of a request: one event, or a batch of them. */
    takeBytes: db.transaction((bytes) => {
      const body = JSON.parse(bytes.toString('utf8'));
      const hashOf = (text) => createHash('sha256').update(text).digest('hex');
      if (!Array.isArray(body.events)) return take(body, hashOf(bytes));
      for (const event of body.events) take(event, hashOf(JSON.stringify(event)));
    }),
    rows: () => read.all().map((row) => ({ ...row, entry: JSON.parse(row.entry) })),
  };
}

function page(rows) {
  const lines = rows.map(
    ({ uid, document_id, locale, status, entry }) =>
      `<tr>${[uid, entry.title ?? entry.name, locale, status, entry.updatedAt, document_id]
        .map((cell) => `<td>${escaped(cell)}</td>`)
        .join('')}</tr>`
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Copy of the content</title><style>
body { font: 16px system-ui; margin: 2rem; color-scheme: light dark } table { border-collapse: collapse }
td, th { padding: .4rem .8rem; text-align: left; border-bottom: 1px solid #8884 }</style>
<h1>${rows.length} entries</h1><table><thead><tr>${[
    'Content type',
    'Title',
    'Locale',
    'Status',
    'Updated',
    'Document',
  ]
    .map((name) => `<th scope="col">${name}</th>`)
    .join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table></html>`;
}

const { values } = parseArgs({
  options: {
    /** Of the endpoint. Without it, signatures are not checked. */
    secret: { type: 'string' },
    port: { type: 'string', default: '4000' },
    file: { type: 'string', default: 'copy.sqlite' },
  },
});
const copy = openCopy(values.file);
const webhook = values.secret && new Webhook(values.secret);

function answer(request, bytes) {
  if (request.method === 'GET') return { status: 200, headers: HTML, body: page(copy.rows()) };
  try {
    webhook?.verify(bytes, request.headers);
  } catch {
    return { status: 401, body: 'the signature is not valid' };
  }
  try {
    copy.takeBytes(bytes);
    return { status: 204 };
  } catch (error) {
    return { status: 400, body: error.message };
  }
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { status, headers, body } = answer(request, Buffer.concat(chunks));
    response.writeHead(status, headers).end(body);
  });
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(
    `http://127.0.0.1:${server.address().port} takes events, and shows the copy in a browser`
  );
});
