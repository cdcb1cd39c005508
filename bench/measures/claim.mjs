/**
 * A claim of 100 messages, with a thousand rows in the table, then with a million pending, then with
 * millions of finished ones as well. Rows are copied by the database itself.
 */
import { median } from '../lib/statistics.mjs';

const SMALL = 1_000;
const LIMIT = 100;
const CLAIMS = 400;
const INSTANT = 1_700_000_000_000;

/** Each copy is due a little later than the last one, as messages of a real backlog are. */
const pending = (count) => [
  `with made as (
     insert into gw_messages (message_id, event_id, event_name, endpoint_id, url, method, signatures,
       state, not_before, retried, attempts, enqueued_at)
     select 'msg_p' || n, (select min(id) from gw_events), 'entry.publish', 1, 'http://127.0.0.1:4321/', 'POST',
       'standard', 'pending', ${INSTANT} + n, 0, 0, ${INSTANT}
     from generate_series(1, ?) n returning id, not_before
   )
   insert into gw_outbox (id, lane, gated, admitted, due_at, place, endpoint_id, started)
   select id, 'e:' || (id % 100), 0, 0, not_before, not_before, 1, 0 from made`,
  [count],
];
const finished = (count) => [
  `insert into gw_messages (message_id, event_id, event_name, endpoint_id, url, method, signatures,
     state, not_before, retried, attempts, enqueued_at, finished_at)
   select 'msg_f' || n, (select min(id) from gw_events), 'entry.publish', 1, 'http://127.0.0.1:4321/', 'POST',
     'standard', 'delivered', ${INSTANT}, 0, 1, ${INSTANT}, ${INSTANT} + n
   from generate_series(1, ?) n`,
  [count],
];

export async function measureClaim(world, { pendingRows, finishedRows, say }) {
  const node = await world.strapi(await world.database('postgres'));
  const ids = await node.call('subscribe', ['http://127.0.0.1:4321/']);
  await node.call('fill', SMALL, ids);
  const stage = async (name, ...statement) => {
    if (statement.length > 0) await node.call('sql', ...statement);
    await node.call('sql', 'vacuum analyze gw_messages');
    await node.call('sql', 'vacuum analyze gw_outbox');
    await node.call('sql', 'checkpoint'); // writing the rows is not measured
    await node.call('claims', CLAIMS, LIMIT); // warm
    const ms = median(await node.call('claims', CLAIMS, LIMIT));
    say(`  ${name}: ${ms.toFixed(2)} ms`);
    return ms;
  };
  const result = {
    small: await stage('1,000 pending'),
    many: await stage(`and ${pendingRows} pending`, ...pending(pendingRows)),
    old: await stage(`and ${finishedRows} finished`, ...finished(finishedRows)),
  };
  await node.close();
  return result;
}
