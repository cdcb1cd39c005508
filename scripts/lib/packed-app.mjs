/**
 * The package as users get it: the tarball of `npm pack`, installed by npm into a fresh Strapi app,
 * its admin panel built for production. Made once for everything that looks at it, and anew when the
 * tarball or the app has changed.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { capture } from './child.mjs';
import { PLAYGROUND, ROOT } from './project.mjs';

export const PLUGIN = 'strapi-plugin-guaranteed-webhooks';
/** What the checkout is developed on: the newest that installs. */
export const STRAPI = '5.54.0';
/** What of the playground makes an app. */
const PARTS = ['config', 'src', 'public'];

/** What `create-strapi-app` writes for either database, and the plugin. */
const manifest = (tarball, strapi) => ({
  name: 'fresh-app',
  private: true,
  version: '0.1.0',
  dependencies: {
    '@strapi/plugin-users-permissions': strapi,
    '@strapi/strapi': strapi,
    'better-sqlite3': '^12.0.0',
    pg: '^8.0.0',
    react: '^18.0.0',
    'react-dom': '^18.0.0',
    'react-router-dom': '^6.0.0',
    'styled-components': '^6.0.0',
    [PLUGIN]: `file:${tarball}`,
  },
  strapi: { uuid: false },
});

/** Not a path to the plugin, as in the playground: the app finds it where npm put it. */
const PLUGINS_CONFIG = `// WEBHOOKS_PLUGIN_CONFIG: the plugin's options, as JSON.
module.exports = ({ env }) => ({
  'guaranteed-webhooks': { config: JSON.parse(env('WEBHOOKS_PLUGIN_CONFIG', '{}')) },
});
`;

async function run(command, cwd) {
  // The panel is built for production; npm under NODE_ENV=production would leave things out.
  const env = { STRAPI_TELEMETRY_DISABLED: 'true', BROWSERSLIST_IGNORE_OLD_DATA: 'true' };
  const { code, output } = await capture(command, { cwd, env });
  if (code !== 0) throw new Error(`${command.join(' ')} failed:\n${output}`);
  return output;
}

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();

function digestOf(files) {
  const digest = createHash('sha256');
  for (const file of files) digest.update(path.basename(file)).update(readFileSync(file));
  return digest.digest('hex');
}

/** Packs `dist/` as it is. @returns the tarball; its bytes are the same for the same content. */
async function pack(folder) {
  await run(['npm', 'pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
  return path.join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))
  );
}

/** Install scripts would compile SQLite's driver anew: it is taken from where it is compiled already. */
async function install(app) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await run(['npm', 'install', '--prefer-offline', '--ignore-scripts', ...quiet], app);
  const driver = path.join('node_modules', 'better-sqlite3', 'build');
  cpSync(path.join(ROOT, driver), path.join(app, driver), { recursive: true });
}

function writeApp(app, tarball, { version, strapi }) {
  for (const part of PARTS) {
    rmSync(path.join(app, part), { recursive: true, force: true });
    cpSync(path.join(PLAYGROUND, part), path.join(app, part), { recursive: true });
  }
  mkdirSync(path.join(app, '.tmp'), { recursive: true });
  writeFileSync(path.join(app, 'config', 'plugins.js'), PLUGINS_CONFIG);
  // A name of its own, or npm takes the new tarball for the one it has installed.
  const name = `plugin-${version}.tgz`;
  cpSync(tarball, path.join(app, name));
  writeFileSync(path.join(app, 'package.json'), JSON.stringify(manifest(name, strapi), null, 2));
}

/**
 * @param app a folder outside the checkout: inside, the app would find the checkout's packages, and
 *   a dependency that was never declared would not be missed.
 * @param options `strapi`: its version; `step`: runs each step, given its name
 */
export async function ensurePackedApp(
  app,
  { strapi = STRAPI, step = (name, work) => work() } = {}
) {
  const builtFrom = path.join(app, '.built-from');
  const scratch = mkdtempSync(path.join(tmpdir(), 'gw-pack-'));
  try {
    const tarball = await pack(scratch);
    const sources = PARTS.flatMap((part) => filesBelow(path.join(PLAYGROUND, part)));
    const version = `${digestOf([tarball, ...sources])} ${strapi}`;
    if (existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === version) return app;
    writeApp(app, tarball, { version: version.slice(0, 12), strapi });
    await step('install', () => install(app));
    await step('panel build', () =>
      run([path.join(app, 'node_modules', '.bin', 'strapi'), 'build'], app)
    );
    writeFileSync(builtFrom, version);
    return app;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
