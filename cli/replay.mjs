/** `replay`: sends finished messages again. */
import { createInterface } from 'node:readline/promises';

import { connectionOf, CONNECTION_OPTIONS, post } from './admin-api.mjs';
import { CliError, UsageError } from './errors.mjs';
import { FILTER_OPTIONS, filterOf } from './message-filter.mjs';

const permission = 'messages.replay';
/** Counts end there. */
const COUNTED_UP_TO = 10_000;

/** @type {import('./help.mjs').Command} */
export const replay = {
  name: 'replay',
  summary: 'Send finished messages again: those with these ids, or all that a filter matches.',
  positional: { value: '[ID…]', about: 'Message ids, msg_….' },
  options: {
    ...CONNECTION_OPTIONS,
    ...FILTER_OPTIONS,
    yes: { type: 'boolean', short: 'y', about: 'Do not ask after the count.' },
    'dry-run': { type: 'boolean', about: 'Only count.' },
    json: { type: 'boolean', about: 'Print the result as JSON.' },
  },
  notes: [
    'A filter without --state means dead messages. The filter is replayed as a job, which the panel shows.',
    'The token needs the permission messages.replay of the plugin.',
    'Exit codes: 0 done, 1 Strapi refused or you said no, 2 wrong usage.',
  ],
  async run(values, env, messageIds) {
    const filter = filterOf(values, 'replay', Date.now());
    const isFiltered = Object.keys(filter).length > 0;
    if (isFiltered === messageIds.length > 0) {
      throw new UsageError('give either message ids or a filter', 'replay');
    }
    const connection = connectionOf(values, env, 'replay');
    const chosen = isFiltered ? { filter } : { messageIds };
    const call = async (body) =>
      JSON.parse(await post(connection, '/messages/replay', { body, permission }));

    const { matched } = await call({ ...chosen, dryRun: true });
    if (values['dry-run'] || matched === 0) return print(values, { matched });
    if (isFiltered && !values.yes) await confirm(matched);
    const { changed, job } = await call(chosen);
    return print(values, { matched, ...(job ? { job: job.id } : { replayed: changed }) });
  },
};

async function confirm(matched) {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) throw new UsageError('--yes is needed where nobody can be asked', 'replay');
  const lines = createInterface({ input: stdin, output: stderr });
  const answer = await lines.question(`Replay ${countText(matched)}? [y/N] `);
  lines.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('nothing was replayed');
}

const countText = (count) => {
  const number = count >= COUNTED_UP_TO ? `${COUNTED_UP_TO} or more` : String(count);
  return `${number} ${count === 1 ? 'message' : 'messages'}`;
};

function print({ json }, result) {
  if (json) return process.stdout.write(`${JSON.stringify(result)}\n`);
  const { matched, replayed, job } = result;
  if (job !== undefined) return process.stdout.write(`Job ${job} replays ${countText(matched)}\n`);
  const done = replayed === undefined ? 'Matched' : 'Replayed';
  return process.stdout.write(`${done} ${countText(replayed ?? matched)}\n`);
}
