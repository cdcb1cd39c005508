/** Every dependency rule fails when it is broken: a small tree of files breaks each one once. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const RULES = path.join(ROOT, '.dependency-cruiser.cjs');

interface Violation {
  from: string;
  rule: { name: string };
}

/** What a file imports, and the rule that this breaks. */
const BROKEN: readonly [file: string, imports: string, rule: string][] = [
  ['server/src/core/clock.ts', 'node:timers', 'core-is-pure'],
  ['server/src/core/gates/lookup.ts', 'node:net', 'core-net-is-for-addresses'],
  ['server/src/core/retry/dice.ts', 'node:crypto', 'core-crypto-is-for-hashes'],
  ['server/src/delivery/loop/direct.ts', '../../store/rows', 'loop-knows-ports'],
  ['server/src/panel/services/query.ts', 'knex', 'sql-lives-in-store'],
  ['server/src/api/call.ts', 'undici', 'sockets-live-in-http'],
  ['server/src/capture/insert.ts', '../store/rows', 'adapters-are-leaves'],
  ['server/src/delivery/brokers/up.ts', '../../panel/views', 'brokers-build-on-http'],
  ['server/src/delivery/brokers/client.ts', '@nats-io/jetstream', 'clients-of-brokers-are-types'],
  ['server/src/host/driver.ts', '../delivery/loop/loop', 'adapters-see-the-loop-as-types'],
  ['server/src/host/up.ts', '../api/topics', 'host-imports-downwards'],
  ['server/src/delivery/engine/up.ts', '../../panel/views', 'delivery-imports-downwards'],
  ['server/src/runtime/up.ts', '../panel/views', 'runtime-imports-downwards'],
  ['server/src/api/up.ts', '../panel/views', 'api-imports-downwards'],
  ['server/src/settings/up.ts', '../panel/views', 'settings-imports-downwards'],
  ['server/src/panel/across.ts', '../qstash/publish', 'panel-imports-downwards'],
  ['server/src/qstash/across.ts', '../panel/views', 'qstash-imports-downwards'],
  ['server/src/stats/view.ts', '../panel/contract', 'contract-is-the-panel-s'],
  ['admin/src/inside.ts', '../../server/src/panel/views', 'admin-sees-the-contract'],
  ['admin/src/value.ts', '../../server/src/panel/contract', 'contract-is-types'],
  ['server/src/app/page.ts', '../../../admin/src/page', 'server-never-sees-admin'],
  ['server/src/app/tested.ts', '../../../test/support', 'nothing-imports-tests'],
  ['server/src/app/undeclared.ts', 'fast-check', 'declared-dependencies-only'],
  // Its code is in a folder `dist`, as that of most packages.
  ['server/src/app/undeclared-too.ts', 'standardwebhooks', 'declared-dependencies-only'],
  ['server/src/store/driver.ts', 'knex', 'knex-is-types'],
  ['cli/near.mjs', '../server/src/api/topics', 'cli-is-alone'],
  ['server/src/app/one.ts', './two', 'no-cycles'],
];

/** Files that are imported above. They break nothing, but for the orphan. */
const SOUND = [
  'server/src/store/rows.ts',
  'server/src/delivery/loop/loop.ts',
  'server/src/api/topics.ts',
  'server/src/panel/views.ts',
  'server/src/panel/contract.ts',
  'server/src/qstash/publish.ts',
  'admin/src/page.ts',
  'test/support.ts',
  'server/src/app/orphan.ts',
];

let tree: string;
let violations: Violation[];

const rulesOf = (file: string): string[] =>
  violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);

beforeAll(() => {
  tree = mkdtempSync(path.join(tmpdir(), 'gw-layers-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.join(tree, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(tree, file), text);
  };
  for (const name of ['node_modules', 'package.json', 'tsconfig.json']) {
    symlinkSync(path.join(ROOT, name), path.join(tree, name));
  }
  for (const [file, imports] of BROKEN) write(file, `export * from '${imports}';\n`);
  for (const file of SOUND) write(file, 'export {};\n');
  write('server/src/app/two.ts', "export * from './one';\n");

  const command = path.join(ROOT, 'node_modules', '.bin', 'depcruise');
  const folders = ['server', 'admin', 'cli', 'test'];
  const options = ['--config', RULES, '--output-type', 'json'];
  const { stdout } = spawnSync(command, [...folders, ...options], { cwd: tree, encoding: 'utf8' });
  violations = (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

it.each(BROKEN)('%s may not import %s', (file, _imports, rule) => {
  expect(rulesOf(file)).toContain(rule);
});

it('a file that nothing imports is reported', () => {
  expect(rulesOf('server/src/app/orphan.ts')).toEqual(['no-orphans']);
});

it('sound files are not reported', () => {
  expect(rulesOf('server/src/store/rows.ts')).toEqual([]);
});

it('no rule is left out', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { forbidden } = require(RULES) as { forbidden: { name: string }[] };
  const broken = new Set(violations.map(({ rule }) => rule.name));
  expect(forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
});
