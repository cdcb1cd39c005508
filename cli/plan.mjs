/** `plan`: shows how a settings file differs from what a Strapi has stored. */
import { connectionOf, CONNECTION_OPTIONS, post } from './admin-api.mjs';
import { loadSettings } from './settings-file.mjs';

const DIFFERS = 2;
const SIGNS = { create: '+', change: '~', pause: '-' };
const WORDS = { create: 'create', change: 'change', pause: 'pause' };

/** @type {import('./help.mjs').Command} */
export const plan = {
  name: 'plan',
  summary: 'Show what a deployment of config/webhooks would change.',
  usageExitCode: 1,
  options: {
    ...CONNECTION_OPTIONS,
    file: {
      type: 'string',
      short: 'f',
      value: 'FILE',
      about: 'Settings file to compare. Default: the one of the Strapi at --url.',
    },
    json: { type: 'boolean', about: 'Write the difference as JSON.' },
  },
  notes: [
    'With --file, env() reads the variables of this process: set those of the deployment. A project in',
    'TypeScript is compiled first: --file dist/config/webhooks.js.',
    'The token needs the permissions endpoints.update, endpoints.read, topics.read and schedules.read of the',
    'plugin.',
    'Exit codes: 0 no difference, 1 the settings are wrong or Strapi refused, 2 a difference.',
  ],
  async run({ file, json, ...values }, env) {
    const connection = connectionOf(values, env, 'plan');
    const settings = file === undefined ? {} : { settings: await loadSettings(file, env) };
    const result = await post(connection, '/settings/plan', {
      body: settings,
      permission: 'endpoints.update, endpoints.read, topics.read or schedules.read',
    });
    const found = JSON.parse(result);
    const name = file ?? `${found.file} of ${connection.url.origin}`;
    process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : textOf(name, found));
    if (found.changes.length > 0) process.exitCode = DIFFERS;
  },
};

function textOf(name, { changes }) {
  if (changes.length === 0) return `${name}: no difference\n`;
  const counts = Object.entries(WORDS)
    .map(([action, word]) => [changes.filter((one) => one.action === action).length, word])
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} to ${word}`);
  return `${changes.map(itemText).join('')}\n${name}: ${counts.join(', ')}\n`;
}

function itemText({ kind, name, action, changes }) {
  const why = action === 'pause' ? ' (not in the file: it will be paused)' : '';
  return `${SIGNS[action]} ${kind} "${name}"${why}\n${changes.map(fieldText).join('')}`;
}

/** Secrets, and what may contain one, come without values. */
function fieldText(change) {
  if (!('to' in change)) return `    ${change.field}\n`;
  return `    ${change.field}: ${JSON.stringify(change.from)} → ${JSON.stringify(change.to)}\n`;
}
