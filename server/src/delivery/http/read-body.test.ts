import { createBodyReader } from './read-body';

const read = (maxBytes: number, chunks: (string | Buffer)[], complete = true) => {
  const reader = createBodyReader(maxBytes);
  const wanted = chunks.map((chunk) => reader.push(Buffer.from(chunk as string)));
  return { wanted, full: reader.isFull(), ...reader.finish(complete) };
};

describe('the bounded reader', () => {
  it('keeps a body that fits, whole', () => {
    expect(read(10, ['hello', ' you'])).toEqual({
      wanted: [true, true],
      full: false,
      body: { text: 'hello you', encoding: 'utf8' },
      bodyTruncated: false,
    });
  });

  it('calls a body of exactly the bound whole: nothing is missing', () => {
    expect(read(5, ['hello'])).toMatchObject({ wanted: [true], full: true, bodyTruncated: false });
  });

  it('wants no more once a chunk goes over, and keeps what fitted', () => {
    expect(read(5, ['hel', 'lo, world', 'again'])).toEqual({
      wanted: [true, false, false],
      full: true,
      body: { text: 'hello', encoding: 'utf8' },
      bodyTruncated: true,
    });
  });

  it('keeps nothing when nothing is to be kept', () => {
    expect(read(0, ['x'])).toEqual({
      wanted: [false],
      full: true,
      body: { text: '', encoding: 'utf8' },
      bodyTruncated: true,
    });
    expect(read(0, [])).toMatchObject({ full: true, bodyTruncated: false });
  });

  it('flags a body that broke off', () => {
    expect(read(5, ['hello'], false)).toMatchObject({ bodyTruncated: true });
  });

  // One to four byte characters, cut after each of their bytes.
  it.each(['é', '€', '😀'])('does not leave half of %s behind a cut', (character) => {
    const bytes = Buffer.from(`ab${character}`);
    for (let max = 2; max < bytes.length; max += 1) {
      expect(read(max, [bytes]).body).toEqual({ text: 'ab', encoding: 'utf8' });
    }
    expect(read(bytes.length, [Buffer.concat([bytes, Buffer.from('c')])]).body).toEqual({
      text: `ab${character}`,
      encoding: 'utf8',
    });
  });
});

it.each([
  ['bytes that are not UTF-8', [0xff, 0xfe], '//4='],
  ['NUL, which PostgreSQL refuses in text', [0x61, 0, 0x62], 'YQBi'],
])('keeps %s as base64', (_name, bytes, text) => {
  expect(read(10, [Buffer.from(bytes)]).body).toEqual({ text, encoding: 'base64' });
});
