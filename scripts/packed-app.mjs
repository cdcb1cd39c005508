/**
 * `node scripts/packed-app.mjs FOLDER [STRAPI]`: the packed plugin in a fresh, built app of that version
 * of Strapi, so that one file of the panel's tests can be run again and again:
 * `PACKED_APP=FOLDER npx jest test/e2e/…`.
 */
import path from 'node:path';

import { ensurePackedApp } from './lib/packed-app.mjs';
import { ensureBuilt, ensureInstalled } from './lib/project.mjs';
import { red, say } from './lib/terminal.mjs';

const [folder, strapi] = process.argv.slice(2);
try {
  if (folder === undefined) throw new Error('which folder? One outside this checkout');
  await ensureInstalled();
  await ensureBuilt();
  say(await ensurePackedApp(path.resolve(folder), { strapi }));
} catch (error) {
  say(red(error.message));
  process.exit(1);
}
