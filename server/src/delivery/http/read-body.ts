/**
 * The bounded reader: keeps the first bytes of a response and refuses the rest.
 *
 * A receiver decides how much it answers, we decide how much we hold: at most `maxBytes`, counted
 * while reading, so that an endless body costs as much memory as a long one. What is kept is turned
 * into text a database column can hold.
 */
import type { StoredBody } from '../../core/message/message';
import { storeBody } from '../../core/message/payload';

interface BodyReader {
  /** @returns false when this chunk went over the bound: nothing more is wanted. */
  push(chunk: Buffer): boolean;
  /** As many bytes are held as may be: what follows, if anything, is nobody's business. */
  isFull(): boolean;
  /** @param complete the body ended by itself, so nothing is missing unless a chunk went over. */
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

/** A cut in the middle of a character would turn a readable answer into base64. */
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

/** Bytes of the UTF-8 sequence that begins with this one. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
