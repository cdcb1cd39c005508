import {
  broughtUpToDate,
  coordinatesOf,
  mismatchOf,
  placeLabel,
  type Mark,
  type Sighting,
} from './environment';

const label = (client: string, connection: object) => placeLabel(coordinatesOf(client, connection));

const mark = (over: Partial<Mark> = {}): Mark => ({
  installation: 'i',
  name: null,
  traces: ['server:1/database:1'],
  label: 'postgres db:5432/cms',
  ...over,
});
const seen = (over: Partial<Sighting> = {}): Sighting => ({
  name: null,
  traces: ['server:1/database:1'],
  label: 'postgres db:5432/cms',
  ...over,
});

const COPY = { traces: ['server:1/database:2'] };
const ELSEWHERE = { traces: ['server:2/database:1'] };
const PRODUCTION = { name: 'production' };
const STAGING = { name: 'staging' };

interface Case {
  is: string;
  marked?: Partial<Mark>;
  sighted?: Partial<Sighting>;
  isKnown?: boolean;
  held?: 'name' | 'copy';
}

it.each<Case>([
  { is: 'untouched' },
  { is: 'moved to another host name, port or path', sighted: { label: 'postgres new:6432/cms' } },
  { is: 'renamed', sighted: { label: 'postgres db:5432/cms2' } },
  { is: 'back on a server it was on', marked: { traces: ['b', 'a'] }, sighted: { traces: ['a'] } },
  { is: 'moved by dump and restore while the app stayed', sighted: ELSEWHERE, isKnown: true },
  { is: 'restored over while the app stayed', sighted: COPY, isKnown: true },
  { is: 'restored beside', sighted: COPY, held: 'copy' },
  { is: 'restored in another stack at the same address', sighted: ELSEWHERE, held: 'copy' },
  { is: 'cloned with its volume, without a name: it cannot be told' },
  { is: 'cloned with its volume', marked: PRODUCTION, sighted: STAGING, held: 'name' },
  {
    is: 'cloned with its volume and note',
    marked: PRODUCTION,
    sighted: STAGING,
    isKnown: true,
    held: 'name',
  },
  { is: 'named for the first time', sighted: PRODUCTION },
  {
    is: 'a copy, and named for the first time',
    sighted: { ...STAGING, ...ELSEWHERE },
    held: 'copy',
  },
  { is: 'named, on another server', marked: PRODUCTION, sighted: { ...PRODUCTION, ...ELSEWHERE } },
  { is: 'no longer named', marked: PRODUCTION },
  { is: 'a copy of a named one', marked: PRODUCTION, sighted: ELSEWHERE, held: 'copy' },
])('judges a database that is $is', ({ marked, sighted, isKnown = false, held = null }) => {
  expect(mismatchOf(mark(marked), seen(sighted), isKnown)).toBe(held);
});

it('brings a mark up to date: the name that was given later, and the new server first', () => {
  const named = broughtUpToDate(mark(), seen({ name: 'production', label: 'production' }));
  expect(named).toMatchObject({ name: 'production', label: 'production', installation: 'i' });
  const moved = broughtUpToDate(mark(), seen(ELSEWHERE));
  expect(moved.traces).toEqual([...ELSEWHERE.traces, ...mark().traces]);
  expect(broughtUpToDate(mark(), seen({ label: 'postgres pooler:6432/cms' }))).toEqual(mark());
});

it('labels a database by where it is, without credentials', () => {
  const parts = { host: 'DB.internal', port: 5432, database: 'cms', user: 'a', password: 'secret' };
  expect(label('postgres', parts)).toBe('postgres db.internal:5432/cms');
  expect(label('postgres', { connectionString: 'postgres://user:hunter2@db/cms' })).toBe(
    'postgres db:5432/cms'
  );
});
