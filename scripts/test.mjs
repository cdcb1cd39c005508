/**
 * `npm test`: everything, on a fresh clone with only Node. `npm test -- unit lint` runs those parts.
 *
 * A failing part does not hide the later ones. What is skipped is said, with the reason; under
 * `CI=true` it fails instead. The last line is `N passed, N failed`.
 *
 * Databases: SQLite; PostgreSQL at `TEST_POSTGRES_URL`, else one of our own; MySQL or MariaDB at
 * `TEST_MYSQL_URL`. Browser: `CHROMIUM_PATH`, or wherever a Chromium usually is.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { findChromium } from './lib/browser.mjs';
import { run } from './lib/child.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { ensurePackedApp } from './lib/packed-app.mjs';
import { bin, ensureBuilt, ensureInstalled, freePort, requireNode, ROOT } from './lib/project.mjs';
import { bold, dim, green, red, say, seconds, yellow } from './lib/terminal.mjs';
import { PARTS } from './lib/test-parts.mjs';

const IN_CI = process.env.CI === 'true';

const scratch = mkdtempSync(path.join(tmpdir(), 'gw-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const totals = { passed: 0, failed: 0 };
const failures = [];

function fail(what, count = 1) {
  totals.failed += count;
  failures.push(what);
  say(red(`✗ ${what}`));
}

function skip(what, why) {
  if (IN_CI) fail(`${what}: ${why}, and under CI nothing may be skipped`);
  else say(yellow(`- skipped: ${what}: ${why}`));
}

/** A command is one test: its exit code. */
async function runCommand(step, env) {
  const { code, late } = await run(step.args, { cwd: ROOT, env, deadlineMs: step.deadlineMs });
  if (code === 0) totals.passed += 1;
  else fail(late ? `${step.name}: not done in ${seconds(step.deadlineMs)}` : step.name);
}

/** jest counts for itself; a suite that does not even load is a failure without tests. */
async function runJest(step, env) {
  const outputFile = path.join(scratch, `${step.name.replaceAll(' ', '-')}.json`);
  const args = [bin('jest'), ...step.jest, '--json', `--outputFile=${outputFile}`];
  // jest prints its JSON on stdout as well; people read stderr.
  const stdio = ['ignore', 'ignore', 'inherit'];
  const { code, late } = await run(args, {
    cwd: ROOT,
    env: { ...env, ...step.env },
    stdio,
    deadlineMs: step.deadlineMs,
  });
  if (late) return fail(`${step.name}: not done in ${seconds(step.deadlineMs)}`);

  const result = readResult(outputFile);
  if (result?.numTotalTests === 0) return fail(`${step.name}: no tests found`);
  if (!result) return fail(`${step.name}: jest gave no result (exit code ${code})`);
  totals.passed += result.numPassedTests;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (failed > 0) {
    const summary = `${step.name}: ${failed} of ${result.numTotalTests}`;
    fail([summary, ...namesOfFailed(result)].join('\n    '), failed);
  }
  if (failed === 0 && code !== 0) fail(`${step.name}: jest left with exit code ${code}`);
  if (result.numPendingTests > 0) skip(step.name, `${result.numPendingTests} tests were skipped`);
}

/** Each with the first line of its reason; of a suite that did not load, the file. */
function namesOfFailed({ testResults }) {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const file = path.relative(ROOT, name);
    if (failed.length === 0) return message && assertionResults.length === 0 ? [file] : [];
    return failed.map(
      ({ fullName, failureMessages }) =>
        `${file}: ${fullName}: ${stripVTControlCharacters(failureMessages[0] ?? '').split('\n')[0]}`
    );
  });
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What the machine offers the tests, as environment. Made on first need, and once. */
function createWorld() {
  let postgres;
  let packed;
  const packedApp = () => {
    if (!packed) say(dim('packing, installing and building the plugin in an app'));
    return (packed ??= ensurePackedApp(path.join(scratch, 'packed-app')));
  };
  const databases = async () => {
    const mysql = process.env.TEST_MYSQL_URL;
    if (!mysql) skip('MySQL/MariaDB', 'TEST_MYSQL_URL is not set');
    let url = process.env.TEST_POSTGRES_URL;
    if (!url) {
      say(dim('starting a PostgreSQL of our own'));
      postgres ??= await startPostgres();
      url = postgres.url;
    }
    const chosen = ['sqlite', 'postgres', ...(mysql ? ['mysql'] : [])].join(',');
    return { TEST_POSTGRES_URL: url, DB: process.env.DB ?? chosen };
  };
  return { databases, packedApp, close: async () => postgres?.stop() };
}

/** @returns the environment for a part, or nothing when it cannot run here. */
async function prepare(part, world) {
  const env = { FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
  if (part.built) await ensureBuilt();
  if (part.databases) Object.assign(env, await world.databases());
  if (part.browser) {
    const chromium = findChromium();
    if (!chromium) return skip(part.name, 'no Chromium found (CHROMIUM_PATH names one)');
    env.CHROMIUM_PATH = chromium;
  }
  if (part.packed) env.PACKED_APP = await world.packedApp();
  if (part.name === 'demo') {
    env.PORT = String(await freePort());
    env.DATABASE_CLIENT = 'sqlite';
    env.DATABASE_URL = path.join(scratch, 'demo.db');
  }
  return env;
}

async function runPart(part, world) {
  const startedAt = Date.now();
  say(bold(`▸ ${part.name}`));
  try {
    const env = await prepare(part, world);
    if (!env) return;
    for (const step of part.steps) {
      if (step.jest) await runJest(step, env);
      else await runCommand(step, env);
    }
  } catch (error) {
    fail(`${part.name}: ${error.message}`);
  }
  say(dim(`  ${part.name}: ${seconds(Date.now() - startedAt)}\n`));
}

function chosenParts(names) {
  const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no such part: ${unknown.join(', ')}; there are ${PARTS.map((part) => part.name).join(', ')}`
    );
  }
  return names.length === 0 ? PARTS : PARTS.filter((part) => names.includes(part.name));
}

/** @returns parts that run at the same time, group after group. */
function groupsOf(parts) {
  const groups = [];
  for (const part of parts) {
    const last = groups.at(-1);
    if (last && part.beside && last[0].beside === part.beside) last.push(part);
    else groups.push([part]);
  }
  return groups;
}

async function main() {
  requireNode();
  const parts = chosenParts(process.argv.slice(2));
  await ensureInstalled();
  const world = createWorld();
  try {
    for (const group of groupsOf(parts)) {
      await Promise.all(group.map((part) => runPart(part, world)));
    }
  } finally {
    await world.close();
  }
  say(
    failures.length > 0
      ? red(`\n${failures.map((what) => `✗ ${what}`).join('\n')}`)
      : green('\nall well')
  );
}

try {
  await main();
} catch (error) {
  fail(error.message);
}
say(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed > 0 ? 1 : 0);
