/** The code that the panel copies for a message, run as it stands: it sends the same request again. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { curlCommand, fetchCall, httpieCommand } from '../../admin/src/pages/messages/requestCode';
import { findProgram } from '../support/child-server';
import { createReceiver, type Receiver } from '../support/receiver';

const run = promisify(execFile);
const TEXT = '{"title":"It\'s a \\"test\\": $HOME `id` Grüße 🎉\\n"}';
let receiver: Receiver;

beforeAll(async () => {
  receiver = await createReceiver();
});

afterAll(() => receiver.close());

const message = (body: { text: string; encoding: 'utf8' | 'base64' } | null, method = 'POST') => {
  const url = `${receiver.url}/hooks?a=1&b=x%20y`;
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': '12345',
    'x-note': 'it\'s "quoted"',
  };
  const attempt = {
    number: 1,
    startedAt: 0,
    durationMs: 1,
    outcome: 'responded' as const,
    status: 500,
    error: null,
    request: { url, method, headers },
    response: null,
    trigger: null,
  };
  return { method, url, contentType: 'application/json', body, attemptLog: [attempt] };
};

type Message = ReturnType<typeof message>;

const WAYS: [string, (sent: Message) => Promise<unknown>][] = [
  ['curl', (sent) => run('bash', ['-c', curlCommand(sent)])],
  ['fetch', (sent) => run(process.execPath, ['--input-type=module', '-e', fetchCall(sent)])],
];

const HTTPIE = findProgram('http');
if (HTTPIE !== undefined) {
  WAYS.push(['HTTPie', (sent) => run('bash', ['-c', httpieCommand(sent)])]);
}

describe.each(WAYS)('%s', (_, send) => {
  it.each([
    ['a text', { text: TEXT, encoding: 'utf8' as const }],
    [
      'bytes',
      { text: Buffer.from([0, 255, 10, 39]).toString('base64'), encoding: 'base64' as const },
    ],
  ])('sends %s with the headers of the attempt', async (_kind, body) => {
    await send(message(body));
    const request = receiver.requests.at(-1)!;
    expect(request).toMatchObject({ method: 'POST', path: '/hooks?a=1&b=x%20y' });
    expect(request.body).toEqual(Buffer.from(body.text, body.encoding));
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(request.body.length),
      'x-note': 'it\'s "quoted"',
    });
  });

  it('sends no body with GET, nor one that may not be read', async () => {
    await send(message({ text: TEXT, encoding: 'utf8' }, 'GET'));
    expect(receiver.requests.at(-1)).toMatchObject({ method: 'GET', body: Buffer.alloc(0) });
    await send(message(null));
    expect(receiver.requests.at(-1)).toMatchObject({ method: 'POST', body: Buffer.alloc(0) });
  });
});
