import fc from 'fast-check';

import {
  formatCursor,
  formatRowCursor,
  formatWalkCursor,
  parseCursor,
  parseRowCursor,
  parseWalkCursor,
} from './log-cursor';
import { MAX_ROW_ID } from '../../core/message/row-id';
import { QstashError } from './error';

const id = fc.integer({ min: 1, max: MAX_ROW_ID });
const entries = fc.integer({ min: 0, max: 3 });
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });

describe('cursors', () => {
  it('lead back to where they were made', () => {
    const position = fc.record(
      {
        created: id,
        attempt: fc.record({ id, entries }),
        canceled: fc.record({ at: time, id, entries }),
      },
      { requiredKeys: [] }
    );
    fc.assert(
      fc.property(time, position, (at, where) => {
        expect(parseCursor(formatCursor(at, where))).toEqual(where);
      })
    );
    fc.assert(
      fc.property(time, id, (at, row) => expect(parseRowCursor(formatRowCursor(at, row))).toBe(row))
    );
    fc.assert(
      fc.property(time, fc.record({ after: id, upTo: id }), (at, walk) =>
        expect(parseWalkCursor(formatWalkCursor(at, walk))).toEqual(walk)
      )
    );
  });

  it('begin with the time, by which clients compare them', () => {
    expect(formatCursor(1_700_000_000_000, { created: 35 })).toMatch(/^1700000000000-z\./);
  });

  it('of others are refused, never taken for the beginning', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^\d{0,16}-?[0-9a-z.]{0,30}$/));
    fc.assert(
      fc.property(text, (cursor) => {
        for (const parse of [parseCursor, parseRowCursor, parseWalkCursor]) {
          try {
            parse(cursor);
          } catch (error) {
            expect(error).toBeInstanceOf(QstashError);
          }
        }
      })
    );
    expect(() => parseCursor('1')).toThrow(QstashError);
    expect(() => parseRowCursor('1-')).toThrow(QstashError);
    expect(() => parseWalkCursor('1-2')).toThrow(QstashError);
  });
});
