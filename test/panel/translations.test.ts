/**
 * The panel's words: every language says everything that English says, with the same arguments and
 * the plural forms its grammar has; every key that the panel asks for exists, and every key is asked for.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';

const ADMIN = path.resolve(__dirname, '..', '..', 'admin', 'src');
const TRANSLATIONS = path.join(ADMIN, 'translations');

type Words = Record<string, string>;

const wordsOf = (locale: string): Words =>
  JSON.parse(readFileSync(path.join(TRANSLATIONS, `${locale}.json`), 'utf8')) as Words;

const english = wordsOf('en');
const others = readdirSync(TRANSLATIONS)
  .map((file) => path.basename(file, '.json'))
  .filter((locale) => locale !== 'en');

/** `count:plural`, `name:argument`: what the panel has to give. The order is the language's own. */
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

it('is there in French, German, Spanish and Simplified Chinese besides English', () => {
  expect(others.sort()).toEqual(['de', 'es', 'fr', 'zh-Hans']);
});

describe.each(others)('%s', (locale) => {
  const words = wordsOf(locale);

  it('has the keys of English, in their order, and no other', () => {
    expect(Object.keys(words)).toEqual(Object.keys(english));
  });

  it('leaves nothing empty', () => {
    expect(Object.keys(words).filter((key) => words[key]?.trim() === '')).toEqual([]);
  });

  it('takes the arguments that English takes', () => {
    const differing = Object.keys(english).filter(
      (key) => given(words[key] ?? '').join() !== given(english[key] ?? '').join()
    );
    expect(differing).toEqual([]);
  });

  it('has the plural forms of its grammar wherever it counts', () => {
    const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    // "many" is for millions in French and Spanish, which read the same as "other" here.
    const needed = categories.filter((category) => category !== 'many');
    const short = Object.keys(words).filter((key) =>
      pluralsOf(parse(words[key] ?? '')).some((forms) =>
        // Where English counts without a singular ("Filters (3)"), nothing is said that has one.
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

/** A text, or the name of a property: what may stand in a key that is put together. */
const WORD = /['"]([a-zA-Z][\w.-]*)['"]|\b([a-zA-Z]\w*)\??:/g;
const LITERAL = /['"]([a-zA-Z][\w.-]*)['"]/g;
const TEMPLATE = /`([a-z][\w-]*\.[^`]*\$\{[^`]*)`/g;
const PLACE = /\$\{[^}]*\}/g;

const SERVER = path.resolve(ADMIN, '..', '..', 'server', 'src');

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

  // That a key exists is a matter of types: `t` takes none that is not in the English file.
  it('asks for no key by a name put together that fits none', () => {
    const keys = Object.keys(english);
    const firstWords = new Set(keys.map((key) => key.split('.')[0]));
    const unmatched = patterns
      .filter(({ source }) => firstWords.has(source.slice(1).split('\\.')[0]))
      .filter((pattern) => !keys.some((key) => pattern.test(key)));
    expect(unmatched.map(({ source }) => source)).toEqual([]);
  });
});
