/**
 * Keeps the first bytes of a response and refuses the rest: at most `maxBytes`, counted while reading,
 * so that an endless body needs no more memory. Turns them into text that a database column can hold.
 */
import type { StoredBody } from '../../core/message/message';
import { storeBody } from '../../core/message/payload';

interface BodyReader {
  /** @returns false when the limit is exceeded. */
  push(chunk: Buffer): boolean;
  /** The limit is reached. */
  isFull(): boolean;
  /** @param complete the body ended by itself. */
  finish(complete: boolean): { body: StoredBody; bodyTruncated: boolean };
}

export function createBodyReader(maxBytes: number): BodyReader {
  const chunks: Buffer[] = [];
  let keptBytes = 0;
  let wentOver = false;

  return {
    push(chunk) {
      const room = maxBytes - keptBytes;
      wentOver ||= chunk.length > room;
      if (room > 0 && chunk.length > 0) {
        const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
        chunks.push(kept);
        keptBytes += kept.length;
      }
      return !wentOver;
    },

    isFull: () => keptBytes >= maxBytes,

    finish(complete) {
      const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      const bodyTruncated = wentOver || !complete;
      return {
        body: storeBody(bodyTruncated ? withoutPartialCharacter(bytes) : bytes),
        bodyTruncated,
      };
    },
  };
}

/** A cut within a character would turn readable text into base64. */
function withoutPartialCharacter(bytes: Buffer): Buffer {
  const longestPartial = 3;
  for (let back = 1; back <= Math.min(longestPartial, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    const isContinuation = (byte & 0xc0) === 0x80;
    if (!isContinuation) {
      return sequenceLength(byte) > back ? bytes.subarray(0, bytes.length - back) : bytes;
    }
  }
  return bytes;
}

/** Length of the UTF-8 sequence that begins with this byte. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
