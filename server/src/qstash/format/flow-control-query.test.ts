import fc from 'fast-check';

import { parsePin, parseUnpin } from './flow-control-query';
import { QstashError } from './error';

it.each([
  ['?parallelism=3', { parallelism: 3 }],
  ['?rate=5&period=60', { rate: 5, periodMs: 60_000 }],
  ['?parallelism=1&rate=2&period=1m', { parallelism: 1, rate: 2, periodMs: 60_000 }],
])('pins what %s says', (query, pinned) => expect(parsePin(query)).toEqual(pinned));

it.each(['', '?period=60', '?rate=0', '?rate=1.5', '?rate=1&period=8d', '?speed=1'])(
  'refuses to pin by "%s"',
  (query) => expect(() => parsePin(query)).toThrow(QstashError)
);

it.each([
  ['', { parallelism: false, rate: false }],
  ['?parallelism=true', { parallelism: true, rate: false }],
  ['?rate=True&parallelism=false', { parallelism: false, rate: true }],
])('unpins what %s says', (query, unpinned) => expect(parseUnpin(query)).toEqual(unpinned));

it('reads any query, or refuses it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [parsePin, parseUnpin]) {
        try {
          parse(`?${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(QstashError);
        }
      }
    })
  );
});
