/** `tail`: follows the log of messages. */
import { setTimeout as wait } from 'node:timers/promises';

import { connectionOf, CONNECTION_OPTIONS, read } from './admin-api.mjs';
import { Unreachable, UsageError } from './errors.mjs';
import { FILTER_OPTIONS, filterOf, queryOf } from './message-filter.mjs';

const LOOK_EVERY_MS = 1_000;
const MAX_PAGE = 100;
/** In one look. */
const MAX_PAGES = 20;
const DEFAULT_LINES = 10;
/** A message becomes visible when its transaction ends: so late at most. */
const OVERLAP_MS = 10_000;

/** @type {import('./help.mjs').Command} */
export const tail = {
  name: 'tail',
  summary: 'Follow the log: a line for each message, and one whenever its status changes.',
  options: {
    ...CONNECTION_OPTIONS,
    ...FILTER_OPTIONS,
    lines: {
      type: 'string',
      short: 'n',
      value: 'COUNT',
      about: `Latest messages to begin with, up to ${MAX_PAGE}. Default: ${DEFAULT_LINES}.`,
    },
    once: { type: 'boolean', about: 'End after those.' },
    json: { type: 'boolean', about: 'Print messages as JSON, one per line.' },
  },
  notes: [
    `Of unfinished messages, the newest ${MAX_PAGE} are followed.`,
    'The token needs the permission messages.read of the plugin.',
    'Exit codes: 0 ended, 1 Strapi refused, 2 wrong usage.',
  ],
  async run(values, env) {
    const lines = countOf(values.lines);
    const filter = filterOf(values, 'tail', Date.now());
    const list = lister(connectionOf(values, env, 'tail'));
    const print = values.json ? printJson : printLine;
    const [newest] = (await list(fixedPart(filter), { pageSize: '1' })).results;
    const first =
      lines === 0 ? [] : (await list(filter, { pageSize: String(lines) })).results.reverse();
    first.forEach(print);
    if (!values.once) await follow(list, { filter, first, since: newest?.createdAt ?? 0, print });
  },
};

function countOf(text = String(DEFAULT_LINES)) {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (count <= MAX_PAGE) return count;
  throw new UsageError(`--lines: "${text}" is not a number up to ${MAX_PAGE}`, 'tail');
}

const lister = (connection) => async (filter, query) => {
  const options = { query: { ...queryOf(filter), ...query }, permission: 'messages.read' };
  return JSON.parse(await read(connection, '/messages', options));
};

const isMoving = ({ state }) => state === 'pending' || state === 'active';
/** Differs when a line would. */
const versionOf = ({ state, held, attempts, lastStatus }) =>
  [state, held, attempts, lastStatus].join();

/** The part of a filter that a message does not change. */
const fixedPart = (filter) =>
  Object.fromEntries(
    Object.entries(filter).filter(([name]) => !['state', 'status'].includes(name))
  );

/** Prints what is new since then, until the process is ended. */
async function follow(list, { filter, first, since, print }) {
  const { state, status } = filter;
  const fixed = fixedPart(filter);
  const isWanted = (one) =>
    (state?.includes(one.state) ?? true) && (status?.includes(one.lastStatus ?? 0) ?? true);
  const versions = new Map(first.map((one) => [one.messageId, versionOf(one)]));
  let moving = first.filter(isMoving).map(({ messageId }) => messageId);
  let from = since;

  async function created() {
    const found = [];
    let cursor;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const recent = { ...fixed, from: Math.max(fixed.from ?? 0, from - OVERLAP_MS) };
      const query = { sort: 'createdAt:asc', pageSize: String(MAX_PAGE), cursor };
      const { results, nextCursor } = await list(recent, query);
      found.push(...results);
      if (nextCursor === undefined) break;
      cursor = nextCursor;
    }
    return found;
  }

  async function look() {
    const seen = new Map((await created()).map((one) => [one.messageId, one]));
    const others = moving.filter((id) => !seen.has(id));
    if (others.length > 0) {
      const { results } = await list({ messageId: others }, { pageSize: String(MAX_PAGE) });
      for (const one of results.reverse()) seen.set(one.messageId, one);
    }
    const all = [...seen.values()].sort((a, b) => a.createdAt - b.createdAt);
    from = Math.max(from, all.at(-1)?.createdAt ?? 0);
    moving = all
      .filter(isMoving)
      .slice(-MAX_PAGE)
      .map(({ messageId }) => messageId);
    return all;
  }

  /** @returns those that are not as they were, and remembers all. */
  function changed(all) {
    const news = all.filter((one) => versions.get(one.messageId) !== versionOf(one));
    versions.clear();
    for (const one of all) versions.set(one.messageId, versionOf(one));
    return news;
  }

  const show = (some) => some.filter(isWanted).forEach(print);
  show(changed(await look()).filter(({ createdAt }) => createdAt > since));
  for (let isAway = false; ;) {
    await wait(LOOK_EVERY_MS);
    try {
      show(changed(await look()));
      isAway = false;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (!isAway) process.stderr.write(`${error.message}; trying again\n`);
      isAway = true;
    }
  }
}

function printLine(message) {
  const { createdAt, event, state, held, attempts, lastStatus, lastError } = message;
  const receiver = message.endpointName ?? message.url;
  const result = lastStatus ?? lastError ?? '-';
  const shown = state === 'pending' && held ? 'held' : state;
  const parts = [
    new Date(createdAt).toISOString(),
    shown,
    event,
    receiver,
    result,
    `attempt ${attempts}`,
    message.messageId,
  ];
  process.stdout.write(`${parts.join('  ')}\n`);
}

const printJson = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
