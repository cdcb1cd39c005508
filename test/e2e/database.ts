/**
 * The app's database from outside, for what would take hours to come about: thousands of failures, an
 * endpoint that has been failing for days, a bulk job caught in the middle.
 */
import knex, { type Knex } from 'knex';

/** Later than any test lasts. */
const FAR_MS = 8.64e15;

export interface AppDatabase {
  /** Copies the newest message, as a dead letter, so many times. */
  multiplyDeadLetters(count: number): Promise<void>;
  /** As if nothing had been delivered to the endpoint since then. */
  failingSince(endpointId: number, at: number): Promise<void>;
  /**
   * Lets bulk jobs go on until so many messages are done. Then another holder has the job's lease, as
   * when a second server works on it, and nobody goes on.
   */
  holdJobsAt(done: number): Promise<void>;
  /** One of Strapi's own, that is on. Strapi reads them when it starts. */
  addNativeWebhook(name: string, url: string, headers?: Record<string, string>): Promise<void>;
  releaseJobs(): Promise<void>;
  /** As if the endpoint had been sent a field of that type before Strapi was started with other content types. */
  rememberField(endpointId: number, path: string, type: string): Promise<void>;
  /** As if a backup of another environment had been restored over it. */
  markAs(environment: string): Promise<void>;
}

export function openDatabase(filename: string): AppDatabase {
  /** Opened for each call: between them, the database is the app's alone. */
  async function run(...statements: [string, Knex.RawBinding[]?][]): Promise<void> {
    const connection = { filename };
    const database = knex({ client: 'better-sqlite3', connection, useNullAsDefault: true });
    for (const [sql, bindings = []] of statements) await database.raw(sql, bindings);
    await database.destroy();
  }

  async function columnsOf(table: string): Promise<string[]> {
    const connection = { filename };
    const database = knex({ client: 'better-sqlite3', connection, useNullAsDefault: true });
    const columns = Object.keys(await database(table).columnInfo());
    await database.destroy();
    return columns;
  }

  const release: [string][] = [
    ['drop trigger if exists hold_jobs'],
    [`update gw_jobs set lease_token = null, lease_until = null where state = 'running'`],
  ];

  return {
    async multiplyDeadLetters(count) {
      const number = 'number + (select max(id) from gw_messages)';
      const own: Record<string, string> = {
        id: number,
        message_id: `'msg_many_' || (${number})`,
        dlq_id: `'dlq_many_' || (${number})`,
        state: "'dead'",
        finished_at: 'coalesce(finished_at, enqueued_at)',
      };
      const names = await columnsOf('gw_messages');
      await run([
        `with recursive numbers(number) as (
           select 1 union all select number + 1 from numbers where number < ${count}
         )
         insert into gw_messages (${names.join(', ')})
         select ${names.map((name) => own[name] ?? name).join(', ')}
         from (select * from gw_messages order by id desc limit 1), numbers`,
      ]);
      await run([
        `insert into gw_undelivered (id, state, endpoint_id, ended_at)
         select id, state, endpoint_id, finished_at from gw_messages
         where id > (select max(id) - ${count} from gw_messages)`,
      ]);
    },

    failingSince: (endpointId, at) =>
      run([
        'update gw_endpoints set first_failure_at = ?, breaker = ? where id = ?',
        [at, breakerWithFailures(), endpointId],
      ]),

    holdJobsAt: (done) =>
      run(...release, [
        `create trigger hold_jobs after update of done on gw_jobs
         when new.state = 'running' and new.done >= ${done}
         begin
           update gw_jobs set lease_token = 'another server', lease_until = ${FAR_MS}
           where id = new.id;
         end`,
      ]),

    addNativeWebhook: (name, url, headers = {}) =>
      run([
        'insert into strapi_webhooks (name, url, headers, events, enabled) values (?, ?, ?, ?, 1)',
        [name, url, JSON.stringify(headers), JSON.stringify(['entry.publish'])],
      ]),

    releaseJobs: () => run(...release),

    rememberField: (endpointId, path, type) =>
      run(
        [
          `update gw_settings set value = json_set(value, '$.fields."' || ? || '"', ?) where name = ?`,
          [path, type, `sent-fields:${endpointId}`],
        ],
        ['update gw_directory set version = version + 1']
      ),

    markAs: (name) =>
      run([
        "update gw_settings set value = ? where name = 'mark'",
        [JSON.stringify({ installation: name, name, label: name, traces: [] })],
      ]),
  };
}

/** An endpoint's health after failures throughout; one more disables it. */
function breakerWithFailures(): string {
  const streak = { failures: 20, lastAt: Date.now() - 3_600_000, lastError: 'status 500' };
  return JSON.stringify({ window: null, open: null, streak });
}
