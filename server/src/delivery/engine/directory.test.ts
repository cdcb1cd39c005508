import type { TopicRecord } from '../../store/types';
import { createDirectory } from './directory';

const topic = (name: string): TopicRecord => ({
  id: 1,
  name,
  description: null,
  enabled: true,
  events: [],
  contentTypes: null,
  filter: null,
  managedBy: null,
  version: 1,
  endpointIds: [],
  createdAt: 0,
  updatedAt: 0,
});

/** A database whose topics are read when the test says so. */
function worldOf() {
  const reads: ((name: string) => void)[] = [];
  const directory = createDirectory(
    {
      directoryVersion: () => Promise.resolve('1'),
      listTopics: () =>
        new Promise((resolve) => {
          reads.push((name) => {
            resolve([topic(name)]);
          });
        }),
      listEndpoints: () => Promise.resolve([]),
      deletedEndpoints: () => Promise.resolve([]),
      isInTransaction: () => false,
      afterCommit: () => Promise.resolve(),
    },
    {
      crypt: { decrypt: (text) => text },
      schema: { schemas: () => undefined, contentTypes: () => [] },
      codeNeeds: () => [],
      log: { debug() {}, info() {}, warn() {}, error() {} },
    },
    () => {}
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { directory, reads, turn, names: () => directory.topics().map(({ name }) => name) };
}

it('knows a change once it is refreshed, although a later refresh is under way', async () => {
  const { directory, reads, turn, names } = worldOf();
  const ours = directory.refresh();
  await turn();
  const later = directory.refresh();
  await turn();
  reads[0]!('changed');
  await ours;
  expect(names()).toEqual(['changed']);
  reads[1]!('changed again');
  await later;
  expect(names()).toEqual(['changed again']);
});

it('keeps what a later refresh read when an earlier one ends after it', async () => {
  const { directory, reads, turn, names } = worldOf();
  const earlier = directory.refresh();
  await turn();
  const later = directory.refresh();
  await turn();
  reads[1]!('newer');
  await later;
  reads[0]!('older');
  await earlier;
  expect(names()).toEqual(['newer']);
});
