/**
 * What `npm test` runs, part by part, in an order that fails early and cheaply. Parts with the same
 * `beside` run at the same time: each keeps one core busy.
 *
 * A part is a list of commands; each counts as one test, except jest, which counts its own. What it
 * needs in addition is named: `built` (dist/), `packed` (the tarball in an app, installed from npm's
 * registry), `databases`, `browser`; without a browser the part is skipped, and under CI failed.
 */
import { bin } from './project.mjs';

const MINUTE_MS = 60_000;
const node = process.execPath;

const command = (name, args, deadlineMs = 5 * MINUTE_MS) => ({ name, args, deadlineMs });
/** @param env over what the part has, such as one database where the suites would take the first. */
const jest = (name, paths, deadlineMs, env = {}) => ({ name, jest: paths, deadlineMs, env });

/** Of the QStash API, what filters, pages, walks and upserts. */
const QSTASH_ON_SQL = ['dlq', 'messages', 'limits', 'schedules', 'topics'].map(
  (name) => `test/integration/qstash-${name}`
);

export const PARTS = [
  {
    name: 'types',
    beside: 'checks',
    steps: [
      command('types of the server and the tests', [bin('tsc'), '-p', 'tsconfig.json']),
      // A type that is used but not exported has no declaration: the package would ship without.
      command('declarations of the server', [
        ...[bin('tsc'), '-p', 'server/tsconfig.build.json', '--noEmit'],
      ]),
      command('types of the panel', [bin('tsc'), '-p', 'admin/tsconfig.json']),
    ],
  },
  {
    name: 'lint',
    beside: 'checks',
    steps: [command('eslint', [bin('eslint'), '.', '--max-warnings', '0'])],
  },
  {
    name: 'layers',
    beside: 'checks',
    steps: [
      command('who imports whom', [
        bin('depcruise'),
        ...['server', 'admin', 'cli', 'test', '--config', '.dependency-cruiser.cjs'],
      ]),
    ],
  },
  {
    name: 'format',
    beside: 'checks',
    steps: [command('prettier', [bin('prettier'), '--check', '.'])],
  },
  {
    name: 'unit',
    steps: [
      jest(
        'unit',
        [
          'server/src/',
          'test/fuzz/',
          'test/panel/',
          'test/docs.test.ts',
          'test/language.test.ts',
          'test/layers.test.ts',
          'test/chaos/',
        ],
        5 * MINUTE_MS
      ),
    ],
  },
  {
    name: 'build',
    steps: [
      command('strapi-plugin build', [bin('strapi-plugin'), 'build']),
      command('strapi-plugin verify', [bin('strapi-plugin'), 'verify']),
      command('the server bundle loads', [
        ...[node, '-e'],
        "const { default: plugin } = require('./strapi-server.js'); if (!plugin.bootstrap) throw plugin",
      ]),
      command('what the panel weighs', [node, 'scripts/panel-weight.mjs']),
    ],
  },
  // Installing waits for npm's registry, the panel's build is one thread.
  { name: 'pack', beside: 'stores', built: true, packed: true, steps: [] },
  {
    name: 'conformance',
    beside: 'stores',
    databases: true,
    steps: [jest('store conformance', ['test/conformance/'], 5 * MINUTE_MS)],
  },
  {
    name: 'integration',
    built: true,
    packed: true,
    databases: true,
    steps: [
      jest('integration', ['test/integration/'], 55 * MINUTE_MS),
      // These run on the first database of the list. What they do by SQL of their own is done again on another.
      jest('the QStash API on PostgreSQL', QSTASH_ON_SQL, 5 * MINUTE_MS, { DB: 'postgres' }),
    ],
  },
  {
    name: 'e2e',
    built: true,
    packed: true,
    browser: true,
    steps: [jest('panel in a browser', ['test/e2e/'], 30 * MINUTE_MS)],
  },
  {
    name: 'matrix',
    beside: 'apps',
    built: true,
    packed: true, // for the newest version; the others are installed from npm's registry
    databases: true,
    steps: [command('matrix --ci', [node, 'scripts/matrix.mjs', '--ci'], 15 * MINUTE_MS)],
  },
  {
    name: 'demo',
    beside: 'apps',
    built: true,
    steps: [command('demo --once', [node, 'scripts/demo.mjs', '--once'], 8 * MINUTE_MS)],
  },
];
