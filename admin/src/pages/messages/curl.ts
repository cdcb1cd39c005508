/** Writes a message as a curl command. Pure. */
import type { AttemptView, MessageDetail } from '../../../../server/src/panel/contract';

/** Quotes a text for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Headers that curl computes itself. */
const COMPUTED = new Set(['host', 'content-length', 'connection']);

const dataOf = ({ body, method }: MessageDetail): string[] => {
  if (body === null || method === 'GET' || body.text === '') return [];
  return body.encoding === 'utf8' ? [`--data-binary ${quoted(body.text)}`] : ['--data-binary @-'];
};

/**
 * The last request as it was sent, or the planned one before the first attempt. The server masks
 * the values of secret headers, and the user fills them in.
 */
export const curlCommand = (message: MessageDetail): string => {
  const last: AttemptView | undefined = [...message.attemptLog]
    .sort((a, b) => a.number - b.number)
    .at(-1);
  const headers = last?.request.headers ?? { 'content-type': message.contentType };
  const command = [
    `curl -X ${message.method} ${quoted(message.url)}`,
    ...Object.entries(headers)
      .filter(([name]) => !COMPUTED.has(name.toLowerCase()))
      .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...dataOf(message),
  ].join(' \\\n  ');
  const isBinary = message.body?.encoding === 'base64' && message.method !== 'GET';
  return isBinary ? `base64 -d <<< ${quoted(message.body?.text ?? '')} | ${command}` : command;
};
