/**
 * `npm run fuzz -- --runs 50000`: every parser and every route against malformed input, for as long as
 * so many cases each take. What CI runs is the same with a fixed budget. A failure prints its seed.
 */
import { spawnSync } from 'node:child_process';

import { bin } from './lib/project.mjs';

const DEFAULT_RUNS = 20_000;

const at = process.argv.indexOf('--runs');
const runs = at === -1 ? DEFAULT_RUNS : Number(process.argv[at + 1]);
if (!Number.isInteger(runs) || runs < 1) {
  console.error('--runs takes a number of cases: npm run fuzz -- --runs 50000');
  process.exit(2);
}

const { status } = spawnSync(
  process.execPath,
  [
    bin('jest'),
    '--runInBand',
    '--forceExit',
    '--verbose',
    '--testTimeout=86400000',
    'test/fuzz',
    'test/integration/fuzz-routes',
  ],
  { stdio: 'inherit', env: { ...process.env, FUZZ_RUNS: String(runs), FUZZ_UNBOUNDED: '1' } }
);
process.exit(status ?? 1);
