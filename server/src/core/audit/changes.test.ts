import { changesOf, MASKED } from './changes';

it('lists what differs, with the old and the new value', () => {
  const before = { url: { value: 'https://a' }, name: { value: 'A' }, tags: { value: ['x'] } };
  const after = { url: { value: 'https://b' }, name: { value: 'A' }, limit: { value: 5 } };
  expect(changesOf(before, after)).toEqual([
    { setting: 'url', from: 'https://a', to: 'https://b' },
    { setting: 'tags', from: ['x'], to: null },
    { setting: 'limit', from: null, to: 5 },
  ]);
});

it('takes absent and null for the same', () => {
  expect(changesOf({ limit: { value: null } }, {})).toEqual([]);
});

it('notices a change of a secret, and shows neither value', () => {
  const secret = (value: string) => ({ secret: { value, shown: MASKED } });
  expect(changesOf(secret('whsec_a'), secret('whsec_b'))).toEqual([
    { setting: 'secret', from: MASKED, to: MASKED },
  ]);
  expect(changesOf({}, secret('whsec_b'))).toEqual([{ setting: 'secret', from: null, to: MASKED }]);
  expect(changesOf(secret('whsec_a'), secret('whsec_a'))).toEqual([]);
});

it('cuts long values', () => {
  const [change] = changesOf({}, { filter: { value: { text: 'x'.repeat(10_000) } } });
  expect(String(change?.to)).toHaveLength(4_001);
});
