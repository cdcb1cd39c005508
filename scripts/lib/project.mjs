/** The checkout itself: is it installed, is it built, and if not, make it so. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { capture, run } from './child.mjs';
import { dim, say } from './terminal.mjs';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const PLAYGROUND = path.join(ROOT, 'playground');

/** npm's own record of what it installed; the last thing it writes. */
const INSTALLED = path.join('node_modules', '.package-lock.json');
const MINIMUM_NODE = [20, 19];

export const bin = (name) => path.join(ROOT, 'node_modules', '.bin', name);

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new Error(`Node >= ${MINIMUM_NODE.join('.')} is needed, this is ${process.version}`);
}

const packagesIn = (file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')).packages;

/** Packages that the lock file wants in another version than the one that is there. */
function outdated() {
  const present = packagesIn(INSTALLED);
  return Object.entries(packagesIn('package-lock.json'))
    .filter(([at, { optional }]) => at !== '' && !optional)
    .filter(([at, { version }]) => present[at]?.version !== version)
    .map(([at]) => at.replace(/^.*node_modules\//, ''));
}

/**
 * `npm ci` on a fresh clone. An installation that is there is never replaced: `npm ci` begins by
 * deleting it, perhaps under the feet of something that is running.
 */
export async function ensureInstalled() {
  if (existsSync(path.join(ROOT, INSTALLED))) {
    const names = outdated();
    if (names.length === 0) return;
    throw new Error(`not installed as locked: ${names.slice(0, 5).join(', ')}; run npm ci`);
  }
  say(dim('installing dependencies (npm ci)'));
  const { code } = await run(['npm', 'ci', '--no-audit', '--no-fund'], { cwd: ROOT });
  if (code !== 0) throw new Error('npm ci failed');
  await ensureNativeModule();
}

/** npm can be told to ignore install scripts; SQLite's driver is nothing without its own. */
async function ensureNativeModule() {
  const probe = [process.execPath, '-e', "new (require('better-sqlite3'))(':memory:')"];
  if ((await capture(probe, { cwd: ROOT })).code === 0) return;
  say(dim('building better-sqlite3'));
  await run(['npm', 'rebuild', 'better-sqlite3', '--ignore-scripts=false'], { cwd: ROOT });
  const { code, output } = await capture(probe, { cwd: ROOT });
  if (code !== 0) throw new Error(`better-sqlite3 does not load:\n${output}`);
}

const NOT_BUILT_FROM = /\.test\.tsx?$/;

/** The latest change below a folder, epoch ms; 0 when there is nothing. */
function newestMs(folder) {
  if (!existsSync(folder)) return 0;
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || NOT_BUILT_FROM.test(entry.name)) continue;
    newest = Math.max(newest, statSync(path.join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}

const builtMs = (half) => {
  const file = path.join(ROOT, 'dist', half, 'index.js');
  return existsSync(file) ? statSync(file).mtimeMs : 0;
};

/** Is `dist/` there, and younger than its sources? */
export function isBuilt() {
  const manifestMs = statSync(path.join(ROOT, 'package.json')).mtimeMs;
  return ['server', 'admin'].every(
    (half) => builtMs(half) > Math.max(manifestMs, newestMs(path.join(ROOT, half, 'src')))
  );
}

export async function ensureBuilt() {
  if (isBuilt()) return;
  say(dim('building the plugin (strapi-plugin build)'));
  const { code, output } = await capture([bin('strapi-plugin'), 'build'], { cwd: ROOT });
  if (code !== 0 || !isBuilt()) throw new Error(`the plugin does not build:\n${output}`);
}

/** A TCP port of this machine that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
