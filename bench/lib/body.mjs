/** What everybody sends: one kilobyte of JSON, shaped like an entry. */
const FILLER = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod. '.repeat(
  20
);
const BODY_BYTES = 1_024;

export function bodyOf(number) {
  const head = { event: 'entry.publish', model: 'article', entry: { id: number, title: 'Bench' } };
  const missing = BODY_BYTES - JSON.stringify({ ...head, text: '' }).length;
  return { ...head, text: FILLER.slice(0, missing) };
}
