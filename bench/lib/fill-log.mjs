/**
 * A log as a busy site has it after four weeks, made inside PostgreSQL: a million messages of half a
 * million events, three million attempts. Most were delivered at once; some took retries; one in a
 * hundred is a dead letter, most of them of the two endpoints that were down for a while.
 */

const DAY_MS = 86_400_000;
const SPAN_MS = 28 * DAY_MS;
const BATCH = 100_000;

export const ENDPOINTS = 20;
export const TOPICS = [
  'articles',
  'pages',
  'media',
  'orders',
  'search',
  'releases',
  'users',
  'audit',
];
/** A topic, an event, a type, a status and a label that one message in a hundred thousand has. */
export const RARE = {
  topic: 'rare',
  event: 'entry.rare',
  uid: 'api::rare.rare',
  status: 418,
  label: 'rare',
  queue: 'rare',
  flowControlKey: 'rare',
  scheduleId: 'scd_rare',
};

const pick = (names) => `(array[${names.map((name) => `'${name}'`).join(', ')}])`;
const EVENTS = pick(['entry.publish', 'entry.update', 'entry.create', 'media.create']);
const UIDS = pick(
  ['article.article', 'page.page', 'product.product', 'author.author'].map((name) => `api::${name}`)
);
const SOME_TOPICS = pick(TOPICS);

/** Of message number n. Every hundred-thousandth is a rare one. */
const rare = (value, otherwise) =>
  `case when n % 100000 = 50000 then ${value} else ${otherwise} end`;
const STATE = `case when n > :count - 200 then 'pending'
  when n % 100 = 7 then 'dead' when n % 250 = 3 then 'canceled' else 'delivered' end`;
const ENDPOINT = `(case when n % 100 = 7 then 1 + n / 100 % 2 else 1 + n % ${ENDPOINTS} end)`;

const messages = `
  insert into gw_messages (
    id, message_id, event_id, event_name, uid, entry_document_id, endpoint_id,
    endpoint_name, topic_name, url, method, headers, signatures, state, not_before,
    retried, attempts, retry_policy, timeout_ms, labels, dlq_id, last_outcome, last_status,
    last_error, last_attempt_at, last_duration_ms, enqueued_at, finished_at, queue_name,
    flow_control_key, schedule_id
  )
  select
    n, 'msg_' || md5(n::text), 1 + (n - 1) / 2,
    ${rare(`'${RARE.event}'`, `${EVENTS}[1 + n / 2 % 4]`)},
    ${rare(`'${RARE.uid}'`, `${UIDS}[1 + n / 2 % 4]`)},
    'd' || substr(md5((n / 20)::text), 1, 23), ${ENDPOINT}, 'Endpoint ' || ${ENDPOINT},
    ${rare(`'${RARE.topic}'`, `${SOME_TOPICS}[1 + n % 8]`)},
    'https://hooks.example.com/tenants/' || (n % 5000) || '/endpoints/' || ${ENDPOINT}, 'POST',
    '{"content-type":"application/json"}', '["standard"]', state,
    case when state = 'pending' then at end,
    case when state = 'dead' then 9 else n % 3 end,
    case when state = 'dead' then 10 when state = 'pending' then 0 else 1 + n % 3 end,
    '{"kind":"preset","preset":"standard"}', 30000,
    ${rare(`'["${RARE.label}"]'`, `case when n % 50 = 0 then '["import"]' else '[]' end`)},
    case when state = 'dead' then 'dlq_' || md5(n::text) end,
    case when state = 'pending' then null when state = 'dead' and n % 3 = 0 then 'timed-out' else 'responded' end,
    case when state in ('pending', 'canceled') or state = 'dead' and n % 3 = 0 then null
      else ${rare(RARE.status, `case when state = 'dead' then 500 + n % 4 else 200 + n % 3 end`)} end,
    null, at + 300, 120 + n % 400, at, case when state <> 'pending' then at + 300 end,
    ${rare(`'${RARE.queue}'`, `case when n % 40 = 0 then 'orders' end`)},
    ${rare(`'${RARE.flowControlKey}'`, `case when n % 40 = 0 then 'tenant-' || (n % 5000) end`)},
    ${rare(`'${RARE.scheduleId}'`, `case when n % 200 = 0 then 'scd_nightly' end`)}
  from (
    select n, :start::bigint + (n * (:span::bigint / :count::bigint)) as at, ${STATE} as state
    from generate_series(:from::bigint, :to::bigint) as n
  ) as numbers`;

const outbox = `
  insert into gw_outbox (id, lane, gated, admitted, due_at, place, endpoint_id, started)
  select id, 'e:' || endpoint_id, 0, 0, not_before, not_before, endpoint_id, 0
  from gw_messages where state = 'pending' and id between :from and :to`;

const undelivered = `
  insert into gw_undelivered (id, state, endpoint_id, ended_at)
  select id, state, endpoint_id, finished_at
  from gw_messages where state in ('dead', 'canceled') and id between :from and :to`;

const events = `
  insert into gw_events (
    id, document_id, name, uid, entry_document_id, body, body_encoding, content_type, actor_kind,
    source, occurred_at
  )
  select n, md5(n::text), ${EVENTS}[1 + n % 4], ${UIDS}[1 + n % 4],
    'd' || substr(md5((n / 10)::text), 1, 23),
    '{"event":"entry.publish","model":"article","entry":{"id":' || n || ',"title":"' || repeat(md5(n::text), 8) || '"}}',
    'utf8', 'application/json', 'admin', 'content',
    :start::bigint + (n * 2 * (:span::bigint / :count::bigint))
  from generate_series(:from::bigint, :to::bigint) as n`;

const attempts = `
  insert into gw_attempts (
    id, message_row_id, number, started_at, duration_ms, outcome, status, request_url,
    request_method, request_headers, response_headers, response_body, response_body_encoding,
    response_body_truncated
  )
  select n, 1 + (n - 1) / 3, 1 + (n - 1) % 3,
    :start::bigint + (n / 3 * (:span::bigint / :count::bigint)), 120 + n % 400, 'responded',
    case when n % 3 = 2 then 200 else 503 end, 'https://hooks.example.com/', 'POST',
    '{"content-type":"application/json","webhook-id":"msg_' || md5(n::text) || '"}',
    '{"content-type":"application/json","server":"nginx"}', '{"ok":true}', 'utf8', false
  from generate_series(:from::bigint, :to::bigint) as n`;

/** @param sql runs a statement with named bindings. */
export async function fillLog(sql, { count, now, say }) {
  const shared = { count, span: SPAN_MS, start: now - SPAN_MS };
  const parts = [
    ['events', events, Math.ceil(count / 2)],
    ['messages', messages, count],
    ['messages in the outbox', outbox, count],
    ['messages undelivered', undelivered, count],
    ['attempts', attempts, count * 3],
  ];
  for (const [name, statement, rows] of parts) {
    for (let from = 1; from <= rows; from += BATCH) {
      await sql(statement, { ...shared, from, to: Math.min(rows, from + BATCH - 1) });
    }
    say(`${rows} ${name}`);
  }
  for (const table of ['gw_events', 'gw_messages', 'gw_attempts']) {
    await sql(
      `select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`
    );
  }
  for (const table of ['events', 'messages', 'outbox', 'undelivered', 'attempts']) {
    await sql(`vacuum analyze gw_${table}`);
  }
}
