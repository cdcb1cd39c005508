/** `listen`: forwards the messages of topics to a URL that Strapi cannot reach, such as one on localhost. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

import { connectionOf, CONNECTION_OPTIONS, post, read, remove } from './admin-api.mjs';
import { CliError, UsageError } from './errors.mjs';
import { forward } from './forward.mjs';
import { onKeys } from './keys.mjs';
import { createPull, EndpointGone, Unavailable } from './pull.mjs';

const RETRY_MS = 1_000;
const MAX_HOST_LENGTH = 60;

/** @type {import('./help.mjs').Command} */
export const listen = {
  name: 'listen',
  summary: 'Forward the messages of topics to a URL on this machine.',
  positional: { value: 'URL', about: 'Where to: http://localhost:3000/api/hook.' },
  options: {
    ...CONNECTION_OPTIONS,
    topic: {
      type: 'string',
      short: 't',
      multiple: true,
      value: 'NAME',
      about: 'A topic. Give it again for further ones.',
    },
    filter: {
      type: 'string',
      value: 'JSON',
      about:
        'Only events that pass it, as Strapi\'s REST filters: \'{"entry":{"title":{"$contains":"news"}}}\'.',
    },
    secret: {
      type: 'string',
      value: 'SECRET',
      about:
        'Signing secret that your receiver has. Default: WEBHOOK_SECRET, or a new one, which is shown.',
    },
    json: { type: 'boolean', about: 'Print one JSON object per message.' },
  },
  notes: [
    'Makes an endpoint, and removes it on Ctrl-C; if this process is killed, Strapi removes it after five minutes.',
    'r: send the last message again.',
    'The token needs the permissions topics.read, endpoints.create, endpoints.delete and messages.cancel of the',
    'plugin, and messages.replay for r.',
    'Exit codes: 0 ended by you, 1 Strapi refused, 2 wrong usage.',
  ],
  async run(values, env, positionals) {
    const target = targetOf(positionals);
    const filter = filterOf(values.filter);
    if (values.topic === undefined) throw new UsageError('--topic is missing', 'listen');
    const connection = connectionOf(values, env, 'listen');
    const topicIds = await topicsOf(connection, values.topic);
    const secret = values.secret ?? env.WEBHOOK_SECRET;
    const endpoint = await createEndpoint(connection, { topicIds, filter, secret });
    const say = (text) => process.stderr.write(`${text}\n`);
    let isGone = false;
    try {
      say(`Forwarding ${values.topic.join(', ')} to ${target} as "${endpoint.name}"`);
      if (secret === undefined) say(`Signing secret: ${endpoint.secret}`);
      say('Ctrl-C ends, r sends the last message again');
      await serve(connection, { endpoint, target, isJson: values.json === true, say });
    } catch (error) {
      isGone = error instanceof EndpointGone;
      throw error;
    } finally {
      if (!isGone) await removeEndpoint(connection, endpoint.id, say);
    }
  },
};

function targetOf(positionals) {
  const [target, ...others] = positionals;
  if (target === undefined) throw new UsageError('name the URL to forward to', 'listen');
  if (others.length > 0) throw new UsageError(`"${others[0]}" is too much`, 'listen');
  if (!/^https?:\/\//.test(target) || !URL.canParse(target)) {
    throw new UsageError(`"${target}" is not an http or https URL`, 'listen');
  }
  return target;
}

function filterOf(text) {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--filter is not JSON: ${error.message}`, 'listen');
  }
}

async function topicsOf(connection, names) {
  const text = await read(connection, '/topics', { permission: 'topics.read' });
  const known = new Map(JSON.parse(text).map(({ id, name }) => [name, id]));
  const missing = names.find((name) => !known.has(name));
  if (missing !== undefined) {
    const all = [...known.keys()].join(', ') || 'none';
    throw new CliError(`there is no topic "${missing}". Topics: ${all}`);
  }
  return names.map((name) => known.get(name));
}

async function createEndpoint(connection, { topicIds, filter, secret }) {
  const host = hostname().slice(0, MAX_HOST_LENGTH);
  const body = {
    name: `listen ${host} ${randomBytes(3).toString('hex')}`,
    url: 'pull:',
    temporary: true,
    topicIds,
    filter,
    ...(secret !== undefined && { secret }),
  };
  return JSON.parse(await post(connection, '/endpoints', { body, permission: 'endpoints.create' }));
}

async function removeEndpoint(connection, id, say) {
  const options = {
    query: { cancelPending: 'true' },
    permission: 'endpoints.delete and messages.cancel',
  };
  try {
    await remove(connection, `/endpoints/${id}`, options);
    say('Removed the endpoint');
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    say(`The endpoint is not removed, Strapi does it in five minutes: ${error.message}`);
  }
}

/** Claims and forwards until it is ended. */
async function serve(connection, { endpoint, target, isJson, say }) {
  const ended = new AbortController();
  // With the path of Strapi's public URL, at the address that the command was given.
  const { pathname } = new URL(endpoint.pullUrl, connection.url);
  const pull = createPull(new URL(pathname, connection.url), endpoint.token);
  const print = isJson ? printJson : printLine;
  let last = null;

  async function handle(message) {
    const { ms, status, error, report } = await forward(target, message);
    const { id, lease } = message;
    const { refused } = await patiently(() => pull.settle([{ id, lease, ...report }]));
    last = { id, isDelivered: report.outcome === 'delivered' };
    print({ at: new Date(), message, status, error, ms, isLate: refused.length > 0 });
  }

  /** Tries again while Strapi does not answer. */
  async function patiently(work) {
    for (let complained = false; ; complained = true) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        if (!complained) say(`${error.message}; trying again`);
        await wait(RETRY_MS, undefined, { signal: ended.signal });
      }
    }
  }

  async function sendAgain() {
    if (last === null) return say('there was no message yet');
    const what = last.isDelivered ? 'replay' : 'send-now';
    const path = `/messages/${last.id}/${what}`;
    return post(connection, path, { permission: 'messages.replay' }).catch((error) => {
      if (!(error instanceof CliError)) throw error;
      say(error.message);
    });
  }

  /** Messages that are being forwarded are settled first; a second time ends at once. */
  const end = () => (ended.signal.aborted ? process.exit(1) : ended.abort());
  const keys = onKeys({ end, r: () => void sendAgain() });
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end);
  try {
    while (!ended.signal.aborted) {
      const messages = await patiently(() => pull.claim(ended.signal));
      await Promise.all(messages.map(handle));
    }
  } catch (error) {
    if (!ended.signal.aborted || error.name !== 'AbortError') throw error;
  } finally {
    keys.close();
  }
}

const eventOf = ({ headers }) => headers['X-Strapi-Event'] ?? '';

function printLine({ at, message, status, error, ms, isLate }) {
  const time = at.toTimeString().slice(0, 8);
  const result = status ?? `failed (${error})`;
  const late = isLate ? '  too late: it was given again' : '';
  process.stdout.write(`${time}  ${eventOf(message)}  ${result}  ${ms} ms  ${message.id}${late}\n`);
}

function printJson({ at, message, status, error, ms, isLate }) {
  const { id, attempts } = message;
  const line = { at: at.toISOString(), id, event: eventOf(message), attempt: attempts + 1 };
  process.stdout.write(`${JSON.stringify({ ...line, status, error, ms, isLate })}\n`);
}
