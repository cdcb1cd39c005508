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

/** Two refreshes under way, the later one begun after the earlier. Topics are read when the test says so. */
async function overlapping() {
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
  const begun = async (): Promise<{ done: Promise<void> }> => {
    const done = directory.refresh();
    await new Promise((resolve) => setImmediate(resolve));
    return { done };
  };
  const [earlier, later] = [await begun(), await begun()];
  return { earlier, later, reads, names: () => directory.topics().map(({ name }) => name) };
}

it('knows a change once it is refreshed, although a later refresh is under way', async () => {
  const { earlier, later, reads, names } = await overlapping();
  reads[0]!('changed');
  await earlier.done;
  expect(names()).toEqual(['changed']);
  reads[1]!('changed again');
  await later.done;
  expect(names()).toEqual(['changed again']);
});

it('keeps what a later refresh read when an earlier one ends after it', async () => {
  const { earlier, later, reads, names } = await overlapping();
  reads[1]!('newer');
  await later.done;
  reads[0]!('older');
  await earlier.done;
  expect(names()).toEqual(['newer']);
});
