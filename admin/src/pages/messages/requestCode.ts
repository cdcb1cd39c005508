/** Writes a message as code that sends it again: a command of cURL or HTTPie, or a call of `fetch`. Pure. */
import type { MessageDetail, StoredBody } from '../../../../server/src/panel/contract';

type Sent = Pick<MessageDetail, 'method' | 'url' | 'contentType' | 'body' | 'attemptLog'>;

interface Request {
  headers: [name: string, value: string][];
  /** Null: none is sent, or the user may not read it. */
  body: StoredBody | null;
}

/** Headers that clients compute themselves. */
const COMPUTED = new Set(['host', 'content-length', 'connection']);

/**
 * The last request as it was sent, or the planned one before the first attempt. The server masks
 * the values of secret headers, and the user fills them in.
 */
function requestOf({ method, body, contentType, attemptLog }: Sent): Request {
  const [last] = [...attemptLog].sort((a, b) => b.number - a.number);
  const headers = last?.request.headers ?? { 'content-type': contentType };
  const hasBody = body !== null && method !== 'GET' && body.text !== '';
  return {
    headers: Object.entries(headers).filter(([name]) => !COMPUTED.has(name.toLowerCase())),
    body: hasBody ? body : null,
  };
}

/** Quotes a text for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function curlCommand(message: Sent): string {
  const { headers, body } = requestOf(message);
  const data = body?.encoding === 'base64' ? '@-' : quoted(body?.text ?? '');
  const command = [
    `curl -X ${message.method} ${quoted(message.url)}`,
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-binary ${data}`]),
  ].join(' \\\n  ');
  return body?.encoding === 'base64' ? `base64 -d <<< ${quoted(body.text)} | ${command}` : command;
}

/** An empty value is written with a semicolon: a colon alone would leave the header out. */
const httpieHeader = ([name, value]: [string, string]): string =>
  quoted(value === '' ? `${name};` : `${name}:${value}`);

export function httpieCommand(message: Sent): string {
  const { headers, body } = requestOf(message);
  const command = [
    `http ${body === null ? '--ignore-stdin ' : ''}${message.method} ${quoted(message.url)}`,
    ...headers.map(httpieHeader),
  ].join(' \\\n  ');
  if (body === null) return command;
  const print = body.encoding === 'base64' ? 'base64 -d <<<' : "printf '%s'";
  return `${print} ${quoted(body.text)} | ${command}`;
}

const bodyCode = ({ text, encoding }: StoredBody): string =>
  encoding === 'utf8'
    ? JSON.stringify(text)
    : `Uint8Array.from(atob(${JSON.stringify(text)}), (byte) => byte.charCodeAt(0))`;

export function fetchCall(message: Sent): string {
  const { headers, body } = requestOf(message);
  return [
    `await fetch(${JSON.stringify(message.url)}, {`,
    `  method: ${JSON.stringify(message.method)},`,
    `  headers: ${JSON.stringify(Object.fromEntries(headers), null, 2).replaceAll('\n', '\n  ')},`,
    ...(body === null ? [] : [`  body: ${bodyCode(body)},`]),
    '});',
  ].join('\n');
}
