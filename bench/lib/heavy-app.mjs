/**
 * A Strapi app with one heavy content type: a localized page with a dynamic zone of 30 component
 * types. Apart from its content, it is the app of the tests.
 */
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const TEST_APP = path.resolve(import.meta.dirname, '../../test/app');

export const HEAVY_TYPE = 'api::heavy.heavy';
export const LOCALES = ['en', 'de', 'fr', 'es'];
const COMPONENT_TYPES = 30;
const BLOCKS = 40;

const uidOf = (number) => `blocks.block-${number % COMPONENT_TYPES}`;
const localized = { pluginOptions: { i18n: { localized: true } } };

/** Each component type also has one of these. */
const EXTRAS = [
  { images: { type: 'media', multiple: true } },
  { page: { type: 'relation', relation: 'oneToOne', target: HEAVY_TYPE } },
  { links: { type: 'component', component: 'blocks.link', repeatable: true } },
];

const component = (name, attributes) => ({
  collectionName: `components_blocks_${name.replace('-', '_')}`,
  info: { displayName: name },
  attributes,
});

const page = {
  kind: 'collectionType',
  collectionName: 'heavies',
  info: { singularName: 'heavy', pluralName: 'heavies', displayName: 'Heavy' },
  options: { draftAndPublish: true },
  ...localized,
  attributes: {
    title: { type: 'string', ...localized },
    blocks: {
      type: 'dynamiczone',
      components: Array.from({ length: COMPONENT_TYPES }, (_, number) => uidOf(number)),
      ...localized,
    },
  },
};

/** @returns the app's folder. */
export function createHeavyApp() {
  const folder = mkdtempSync(path.join(tmpdir(), 'gw-bench-app-'));
  const put = (file, content) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), JSON.stringify(content));
  };
  for (const entry of ['config', 'package.json']) {
    cpSync(path.join(TEST_APP, entry), path.join(folder, entry), { recursive: true });
  }
  put('src/api/heavy/content-types/heavy/schema.json', page);
  const text = { type: 'string' };
  put('src/components/blocks/link.json', component('link', { label: text, url: text }));
  for (let number = 0; number < COMPONENT_TYPES; number += 1) {
    const name = `block-${number}`;
    const attributes = { title: text, text: { type: 'text' }, ...EXTRAS[number % EXTRAS.length] };
    put(`src/components/blocks/${name}.json`, component(name, attributes));
  }
  return folder;
}

/** A page of 40 blocks. */
export function heavyData(title) {
  const blocks = Array.from({ length: BLOCKS }, (_, number) => ({
    __component: uidOf(number),
    title: `Block ${number}`,
    text: 'A paragraph of a page. '.repeat(8),
    ...(EXTRAS[number % EXTRAS.length].links && { links: [{ label: 'Read on', url: '/next' }] }),
  }));
  return { title, blocks };
}
