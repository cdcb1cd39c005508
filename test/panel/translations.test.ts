/**
 * The panel's translations: every language has the keys of English, the same arguments and the plural
 * forms of its grammar. The panel uses every key, and each error code has a message.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';

const ADMIN = path.resolve(__dirname, '..', '..', 'admin', 'src');
const SERVER = path.resolve(ADMIN, '..', '..', 'server', 'src');
const TRANSLATIONS = path.join(ADMIN, 'translations');

type Words = Record<string, string>;

const wordsOf = (locale: string): Words =>
  JSON.parse(readFileSync(path.join(TRANSLATIONS, `${locale}.json`), 'utf8')) as Words;

const english = wordsOf('en');
const others = readdirSync(TRANSLATIONS)
  .map((file) => path.basename(file, '.json'))
  .filter((locale) => locale !== 'en');

/** The arguments of a text: `count:choice`, `name:text`. */
function argumentsOf(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.argument) return [`${element.value}:text`];
    if (element.type === TYPE.number) return [`${element.value}:number`];
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return [];
    const options = Object.values(element.options);
    return [`${element.value}:choice`, ...options.flatMap(({ value }) => argumentsOf(value))];
  });
}

const given = (text: string): string[] => [...new Set(argumentsOf(parse(text)))].sort();

/** The forms of each plural in the text. */
function pluralsOf(elements: readonly MessageFormatElement[]): string[][] {
  return elements.flatMap((element) =>
    element.type === TYPE.plural ? [Object.keys(element.options)] : []
  );
}

it('exists in French, German, Spanish and Simplified Chinese', () => {
  expect(others.sort()).toEqual(['de', 'es', 'fr', 'zh-Hans']);
});

describe.each(others)('%s', (locale) => {
  const words = wordsOf(locale);

  it('has exactly the keys of English, in the same order', () => {
    expect(Object.keys(words)).toEqual(Object.keys(english));
  });

  it('has no empty text', () => {
    expect(Object.keys(words).filter((key) => words[key]?.trim() === '')).toEqual([]);
  });

  it('takes the same arguments as English', () => {
    const differing = Object.keys(english).filter(
      (key) => given(words[key] ?? '').join() !== given(english[key] ?? '').join()
    );
    expect(differing).toEqual([]);
  });

  it('has the plural forms of its grammar', () => {
    const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    // "many" is for millions in French and Spanish, which read the same as "other" here.
    const needed = categories.filter((category) => category !== 'many');
    const short = Object.keys(words).filter((key) =>
      pluralsOf(parse(words[key] ?? '')).some((forms) =>
        // Where English has no singular ("Filters (3)"), the language needs none.
        needed.some(
          (form) =>
            !forms.includes(form) &&
            pluralsOf(parse(english[key] ?? '')).some((wanted) => wanted.includes(form))
        )
      )
    );
    expect(short).toEqual([]);
  });
});

/** The codes as declared: types leave nothing to list at run time. */
const errorCodes = [
  ...readFileSync(path.join(SERVER, 'core', 'errors.ts'), 'utf8').matchAll(/^ {2}\| '([A-Z_]+)'/gm),
].map(([, code = '']) => code);

describe.each(['en', ...others])('error messages in %s', (locale) => {
  const words = wordsOf(locale);

  it('exist for every error code, and for no other', () => {
    const translated = Object.keys(words).filter((key) => /^error\.[A-Z_]+$/.test(key));
    expect(errorCodes).toContain('UNSAFE_URL');
    expect(translated.sort()).toEqual(errorCodes.map((code) => `error.${code}`).sort());
  });
});

/** A string or the name of a property: a possible part of a composed key. */
const WORD = /['"]([a-zA-Z][\w.-]*)['"]|\b([a-zA-Z]\w*)\??:/g;
const LITERAL = /['"]([a-zA-Z][\w.-]*)['"]/g;
const TEMPLATE = /`([a-z][\w-]*\.[^`]*\$\{[^`]*)`/g;
const PLACE = /\$\{[^}]*\}/g;

const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.ts$/.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('the panel', () => {
  const sources = sourcesIn(ADMIN);
  const literals = new Set(
    sources.flatMap((text) => [...text.matchAll(LITERAL)].map(([, it]) => it))
  );
  const patterns = sources
    .flatMap((text) => [...text.matchAll(TEMPLATE)].map(([, it]) => it ?? ''))
    .map((template) => new RegExp(`^${template.split(PLACE).map(escaped).join('([\\w.-]+)')}$`));
  const words = new Set(
    [...sources, ...sourcesIn(SERVER)].flatMap((text) =>
      [...text.matchAll(WORD)].map(([, literal, property]) => literal ?? property)
    )
  );
  const isPutTogether = (key: string): boolean =>
    patterns.some((pattern) =>
      pattern
        .exec(key)
        ?.slice(1)
        .every((word) => words.has(word))
    );

  it('uses every key', () => {
    const unused = Object.keys(english).filter((key) => !literals.has(key) && !isPutTogether(key));
    expect(unused).toEqual([]);
  });

  // Literal keys are checked by the types: `t` takes only keys of the English file.
  it('composes only keys that exist', () => {
    const keys = Object.keys(english);
    const firstWords = new Set(keys.map((key) => key.split('.')[0]));
    const unmatched = patterns
      .filter(({ source }) => firstWords.has(source.slice(1).split('\\.')[0]))
      .filter((pattern) => !keys.some((key) => pattern.test(key)));
    expect(unmatched.map(({ source }) => source)).toEqual([]);
  });
});
