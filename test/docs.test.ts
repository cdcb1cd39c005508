/** What the documents say that a program can check: codes, options, entry points, the lock file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { parseConfig } from '../server/src/config/schema';
import { answerFor } from '../server/src/panel/controllers/errors';
import { CoreError, type ErrorCode } from '../server/src/core/errors';

const ROOT = path.resolve(__dirname, '..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
];

/** Cells of the tables in a document, header and rule left out. */
function tableRows(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
}

/** Code spans in the second column of the table under a heading. */
function tableCells(markdown: string, heading: string): string[] {
  const [section = ''] = (markdown.split(heading)[1] ?? '').split('\n## ');
  return [...section.matchAll(/^\| \d+ \| `([^`]+)` \|/gm)].map((match) => match[1] ?? '');
}

const unquote = (cell: string | undefined): string => (cell ?? '').replace(/^`|`$/g, '');

/** `{ a: { b: 1 } }` → `a.b = 1`; lists are values. */
function leaves(value: unknown, at: string[] = []): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[at.join('.'), JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...at, key]));
}

describe('docs/errors.md', () => {
  const rows = tableRows(read('docs/errors.md'));

  it('lists exactly the codes there are', () => {
    const union = /type ErrorCode =([^;]+);/.exec(read('server/src/core/errors.ts'))?.[1] ?? '';
    const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(10);
    expect(rows.map(([code]) => unquote(code)).sort()).toEqual(codes.sort());
  });

  it.each(rows)('gives %s the status %s, as the admin API does', (code, status) => {
    const answer = answerFor(new CoreError(unquote(code) as ErrorCode, ''));
    expect(String(answer?.error.status)).toBe(status);
  });
});

describe('docs/configuration.md', () => {
  it('lists exactly the options of the schema, with their defaults', () => {
    const documented = tableRows(read('docs/configuration.md')).map(([name, value]) => [
      unquote(name),
      unquote(value),
    ]);
    expect(documented).toEqual(leaves(parseConfig({})));
  });
});

describe('commands in the documents', () => {
  const spans = DOCUMENTS.flatMap((document) =>
    read(document).match(/(?:npx jest|npm run) [\w./:-]+/g)
  ).filter((span) => span !== null);

  it('run tests that exist', () => {
    const tests = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => path.join('test', file));
    const named = spans.filter((span) => span.startsWith('npx jest')).map((span) => span.slice(9));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !tests.some((file) => file.startsWith(name)))).toEqual([]);
  });

  it('run scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = spans.filter((span) => span.startsWith('npm run')).map((span) => span.slice(8));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('SECURITY.md', () => {
  it('names tests that exist', () => {
    const [section = ''] = (read('SECURITY.md').split('\n## Defended\n')[1] ?? '').split('\n## ');
    const lastCells = [...section.matchAll(/\| ([^|]*) \|$/gm)].map(([, cell = '']) => cell);
    const names = lastCells.flatMap((cell) =>
      [...cell.matchAll(/`([\w.-]+)`/g)].map(([, name]) => name)
    );
    const tests = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });
    const known = tests.map((file) => path.basename(file, '.test.ts'));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');

  /** The map's indented names as paths: `core/retry`. */
  function mappedFolders(): string[] {
    const [block = ''] = /```\nserver\/src\/\n([^`]*)```/.exec(text)?.slice(1) ?? [];
    const path: string[] = [];
    return block
      .split('\n')
      .map((line) => /^((?:│ {2}| {3})*)[├└]─ ([\w-]+)\//.exec(line))
      .filter((match) => match !== null)
      .map(([, indent = '', name = '']) => {
        path.splice(indent.length / 3, Infinity, name);
        return path.join('/');
      });
  }

  function foldersOf(folder: string): string[] {
    return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) =>
        path.relative(path.join(ROOT, folder), path.join(entry.parentPath, entry.name))
      );
  }

  it('has a map that equals the tree', () => {
    expect(mappedFolders().sort()).toEqual(foldersOf('server/src').sort());
  });

  it('names one file that exists in each step of a content change', () => {
    const files = tableCells(text, '## One content change').map((file) => `server/src/${file}.ts`);
    const steps = text.split('## One content change')[1]?.match(/^\| \d+ \|/gm) ?? [];
    expect(steps.length).toBeGreaterThan(5);
    expect(files).toHaveLength(steps.length);
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });
});

describe('bench/README.md', () => {
  const NUMBER = /\d[\d,]*(?:\.\d+)?/g;
  const FIGURE = /(\d[\d,]*(?:\.\d+)?) ?(?:×|\/s\b|ms\b|µs\b|MB\b)/g;
  const plain = (number: string): string => number.replaceAll(',', '');

  /** Numbers in the columns "measured" and "absolute" of the table. */
  function measuredNumbers(): Set<string> {
    const [section = ''] = (read('bench/README.md').split('\n## Measured\n')[1] ?? '').split(
      '\n## '
    );
    const rows = section.split('\n').filter((line) => /^\| .* \| (pass|short|noise) \|/.test(line));
    const cells = rows.flatMap((row) => {
      const [, , measured = '', , , absolute = ''] = row.split('|');
      return [measured, absolute];
    });
    return new Set(cells.flatMap((cell) => cell.match(NUMBER) ?? []).map(plain));
  }

  /** Figures in the sections of a document that refer to the benchmark. */
  const figuresOf = (document: string): string[] =>
    read(document)
      .split(/^## /m)
      .filter((section) => section.includes('bench/README.md'))
      .flatMap((section) => [...section.matchAll(FIGURE)].map(([, number = '']) => plain(number)));

  it('has a table of measured figures', () => {
    expect(measuredNumbers().size).toBeGreaterThan(20);
  });

  it('is where the README has its figures from', () => {
    expect(figuresOf('README.md').length).toBeGreaterThan(5);
    // No other section of the README states a rate or a ratio.
    const all = [...read('README.md').matchAll(FIGURE)].filter(([text]) => /×|\/s/.test(text));
    const known = measuredNumbers();
    const numbers = [...figuresOf('README.md'), ...all.map(([, number = '']) => plain(number))];
    expect(numbers.filter((number) => !known.has(number))).toEqual([]);
  });

  it.each(DOCUMENTS.filter((document) => !document.includes('decisions')))(
    'is where %s has the figures from that it refers to',
    (document) => {
      const known = measuredNumbers();
      expect(figuresOf(document).filter((number) => !known.has(number))).toEqual([]);
    }
  );
});

describe('the versions in the README', () => {
  const { peerDependencies } = JSON.parse(read('package.json')) as {
    peerDependencies: Record<string, string>;
  };
  const oldest = peerDependencies['@strapi/strapi']?.replace('^', '') ?? '';
  const newest = /STRAPI = '([\d.]+)'/.exec(read('scripts/lib/packed-app.mjs'))?.[1] ?? '';

  it('begin with the peer range', () => {
    expect(read('README.md')).toContain(`| ${oldest} and newer |`);
    expect(peerDependencies['@strapi/utils']).toBe(`^${oldest}`);
  });

  it('are those of npm run matrix', () => {
    const [, wide = ''] = /const WIDE = \[(.*?)\n\];/s.exec(read('scripts/matrix.mjs')) ?? [];
    const taken = [...wide.matchAll(/\[(.*), '(\d+)'\]/g)].map(([, strapi = '', node]) => {
      const version = strapi.replace('STRAPI', newest).replace('OLDEST', oldest);
      return `${version.replaceAll("'", '')} on Node ${node}`;
    });
    const [, header = '', table = ''] =
      /\n\| Strapi \|(.*)\n.*\n((?:\|.*\n)+)/.exec(read('README.md')) ?? [];
    const nodes = [...header.matchAll(/Node (\d+)/g)].map((match) => match[1]);
    const told = table.split('\n').flatMap((line) => {
      const [, strapi, ...cells] = line.split('|').map((cell) => cell.trim());
      const run = nodes.filter((_node, index) => cells[index] !== undefined && cells[index] !== '');
      return run.map((node) => `${strapi} on Node ${node}`);
    });
    expect(told.length).toBeGreaterThan(5);
    expect(told.sort()).toEqual(taken.sort());
  });
});

describe('the documents', () => {
  it.each(DOCUMENTS)('%s links to files that exist', (document) => {
    const targets = [...read(document).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(
      (match) => match[1] ?? ''
    );
    const missing = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(path.resolve(ROOT, path.dirname(document), target)));
    expect(missing).toEqual([]);
  });

  /** As GitHub makes the anchor of a heading. */
  const anchorsOf = (document: string): string[] =>
    [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-')
    );

  it.each(DOCUMENTS)('%s links to headings that exist', (document) => {
    const links = [...read(document).matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)];
    const missing = links.filter(([, file = '', anchor = '']) => {
      const target = file === '' ? document : path.join(path.dirname(document), file);
      return !anchorsOf(target).includes(anchor);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });
});

describe('the package', () => {
  const manifest = JSON.parse(read('package.json')) as {
    exports: Record<string, Record<string, string>>;
    files: string[];
    strapi: Record<string, string>;
    peerDependenciesMeta: Record<string, object>;
    peerDependencies: Record<string, string>;
  };

  it.each(['server', 'admin'])('has a root file for the %s that names its bundle', (half) => {
    const required = /require\('([^']+)'\)/.exec(read(`strapi-${half}.js`))?.[1];
    expect(`${required}/index.js`).toBe(manifest.exports[`./strapi-${half}`]?.require);
    expect(manifest.files).toContain(`strapi-${half}.js`);
  });

  it('leaves every library that the panel shares to the app', () => {
    // Two copies of one of these are two React contexts: the panel then breaks in production only.
    const shared = ['react', 'react-dom', 'react-intl', 'react-router-dom', 'styled-components'];
    const strapi = ['@strapi/strapi', '@strapi/design-system', '@strapi/icons', '@strapi/utils'];
    // Of OpenTelemetry, the copy that the app's SDK registered with. Clients of brokers, for apps that have one.
    const optional = Object.keys(manifest.peerDependenciesMeta);
    expect(optional.length).toBeGreaterThan(1);
    const hosts = [...shared, ...strapi, ...optional];
    expect(Object.keys(manifest.peerDependencies).sort()).toEqual(hosts.sort());
  });

  it('is the plugin Strapi looks for', () => {
    expect(manifest.strapi).toMatchObject({ kind: 'plugin', name: 'guaranteed-webhooks' });
  });

  it('locks versions without naming a registry', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
    expect(existsSync(path.join(ROOT, '.npmrc'))).toBe(false);
  });
});
