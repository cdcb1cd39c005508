/** Formats stored bodies for display. Pure. */
import type { StoredBody } from '../../../../server/src/panel/contract';

export interface ReadableBody {
  text: string;
  sizeBytes: number;
  isBinary: boolean;
}

const pretty = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** JSON is indented for reading; a body that is not text stays in base64. */
export const readableBody = (body: StoredBody): ReadableBody => {
  if (body.encoding === 'base64') {
    const padding = body.text.endsWith('==') ? 2 : Number(body.text.endsWith('='));
    return { text: body.text, sizeBytes: (body.text.length / 4) * 3 - padding, isBinary: true };
  }
  const sizeBytes = new TextEncoder().encode(body.text).length;
  return { text: pretty(body.text), sizeBytes, isBinary: false };
};
