/**
 * What the panel adds to Strapi's, as it travels: minified, as Strapi's build does it, and compressed. All that a
 * browser can load, which is the code, English and one other language, and what is loaded with Strapi's panel
 * before any page of ours is opened. Fails beyond either limit.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { transformSync } from 'esbuild';

import { ROOT } from './lib/project.mjs';
import { say } from './lib/terminal.mjs';

const BUNDLES = path.join(ROOT, 'dist', 'admin');
const KIB = 1_024;
const ALL_KIB = 200;
/** The registration: a menu entry, a few lazy imports, and nothing that a page needs. */
const START_UP_KIB = 3;

/** Translations, and cron expressions in words. */
const WORDS = /^[a-z]{2}([-_](?:Han[st]|CN))?-[\w-]{8}\.mjs$/i;
const STATIC_IMPORT = /(?:^|[;\n])\s*(?:import|export)\b[^'"();]*?['"]\.\/([^'"]+\.mjs)['"]/g;

const text = (name) => readFileSync(path.join(BUNDLES, name), 'utf8');
const gzipped = (name) => gzipSync(transformSync(text(name), { minify: true }).code).length;
const weigh = (names) => names.reduce((sum, name) => sum + gzipped(name), 0);
const kib = (bytes) => `${(bytes / KIB).toFixed(1)} KiB`;

/** A bundle, and what it imports at once rather than when asked for. */
function withImports(entry, found = new Set()) {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const [, name] of text(entry).matchAll(STATIC_IMPORT)) withImports(name, found);
  return found;
}

const all = readdirSync(BUNDLES).filter((name) => name.endsWith('.mjs'));
const words = all.filter((name) => WORDS.test(name));
const code = all.filter((name) => !words.includes(name));
const languageOf = (name) => name.slice(0, 2);
const ofLanguage = (language) => words.filter((name) => languageOf(name) === language);
const others = [...new Set(words.map(languageOf))].filter((language) => language !== 'en');
const [heaviest] = others.toSorted((a, b) => weigh(ofLanguage(b)) - weigh(ofLanguage(a)));
const twoLanguages = [...ofLanguage('en'), ...ofLanguage(heaviest)];
const startUp = [...withImports('index.mjs')];

const problems = [];
const check = (what, names, limitKib) => {
  const bytes = weigh(names);
  say(`${what}: ${kib(bytes)} gzip in ${names.length} files, of ${limitKib} KiB at most`);
  if (bytes > limitKib * KIB) problems.push(`${what} weighs ${kib(bytes)}`);
};
check('the panel, in two languages', [...code, ...twoLanguages], ALL_KIB);
check('loaded with Strapi, before any page of ours', startUp, START_UP_KIB);
say(`code ${kib(weigh(code))}, and words of ${others.length + 1} languages ${kib(weigh(words))}`);

if (words.length === 0) problems.push('no words found: are they named as expected?');
const pages = startUp.filter((name) => /Page|App-/.test(name));
if (pages.length > 0) problems.push(`pages are loaded with Strapi: ${pages.join(', ')}`);
if (problems.length > 0) {
  say(problems.join('\n'));
  process.exit(1);
}
