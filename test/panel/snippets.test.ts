/**
 * The receivers that the panel offers to paste, run as they stand on a message signed by us: a genuine
 * one is taken; one that was altered, is old, or was signed with another secret is not. Python and PHP
 * are left out where they are not installed; Go, whose compiler is half a gigabyte, is run where it is.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { transformSync } from '@swc/core';

import { SNIPPETS, type Snippet } from '../../admin/src/pages/endpoints/snippets';
import { newSecret, signStandard } from '../../server/src/core/signing/signature';
import { freePort } from '../support/strapi-process';

const SECRET = newSecret(Buffer.alloc(32, 7));
const OTHER = newSecret(Buffer.alloc(32, 8));
const BODY = '{"event":"entry.publish","entry":{"title":"Grüße"}}';
const MINUTE_MS = 60_000;

interface Delivery {
  body: string;
  headers: Record<string, string>;
}

function signed({ secret = SECRET, agoMs = 0, body = BODY } = {}): Delivery {
  const timestamp = Math.floor((Date.now() - agoMs) / 1_000);
  const messageId = 'msg_snippet';
  const signature = signStandard([secret], messageId, timestamp, Buffer.from(BODY));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': messageId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    },
  };
}

const DELIVERIES: [string, boolean, () => Delivery][] = [
  ['a genuine message', true, () => signed()],
  ['an altered body', false, () => signed({ body: BODY.replace('publish', 'delete') })],
  ['another secret', false, () => signed({ secret: OTHER })],
  ['an old message', false, () => signed({ agoMs: 10 * MINUTE_MS })],
];

const codeOf = (language: Snippet['language']): string =>
  SNIPPETS.find((snippet) => snippet.language === language)?.code ?? '';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gw-snippets-'));
  process.env.WEBHOOK_SECRET = SECRET;
});

afterAll(() => {
  delete process.env.WEBHOOK_SECRET;
  rmSync(folder, { recursive: true, force: true });
});

const has = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

const file = (name: string, text: string): string => {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
};

type Load = (name: string) => unknown;
type Run = (load: Load, exports: object) => void;

const load = createRequire(__filename);

/** Runs a snippet as a module. @returns what it exports. */
function moduleOf(code: string, from: Load = load): object {
  const { code: commonJs } = transformSync(code, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const exports = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the snippet, as it is pasted
  (new Function('require', 'exports', commonJs) as Run)(from, exports);
  return exports;
}

describe('Next.js', () => {
  it.each(DELIVERIES)('%s: %s', async (_what, genuine, deliver) => {
    const { body, headers } = deliver();
    const { POST } = moduleOf(codeOf('next')) as { POST(request: Request): Promise<Response> };
    const request = new Request('https://example.com', { method: 'POST', body, headers });
    expect((await POST(request)).status).toBe(genuine ? 204 : 401);
  });
});

describe('Node.js', () => {
  interface Answer {
    sendStatus(status: number): void;
  }
  type Handler = (
    request: { body: Buffer; headers: Record<string, string> },
    response: Answer
  ) => void;

  it.each(DELIVERIES)('%s: %s', (_what, genuine, deliver) => {
    const { body, headers } = deliver();
    const routes: Handler[] = [];
    // Express is the receiver's: what is checked is what the handler makes of a raw body.
    const app = {
      post: (...[, , handler]: [string, unknown, Handler]) => routes.push(handler),
      listen: () => undefined,
    };
    const express = Object.assign(() => app, { raw: () => undefined });
    moduleOf(codeOf('node'), (name) =>
      name === 'express' ? { __esModule: true, default: express } : load(name)
    );
    const statuses: number[] = [];
    routes[0]?.({ body: Buffer.from(body), headers }, { sendStatus: (s) => statuses.push(s) });
    expect(statuses).toEqual([genuine ? 204 : 401]);
  });
});

describe('Python', () => {
  const run = has('python3', '--version') ? it : it.skip;

  run.each(DELIVERIES)('%s: %s', (_what, genuine, deliver) => {
    const { body, headers } = deliver();
    const program = file(
      'receiver.py',
      `${codeOf('python')}\nimport sys\nprint(verify(sys.stdin.buffer.read(), json.loads(sys.argv[1]))["event"])\n`
    );
    const { status, stdout } = spawnSync('python3', [program, JSON.stringify(headers)], {
      input: body,
      encoding: 'utf8',
      env: { ...process.env, WEBHOOK_SECRET: SECRET },
    });
    expect([status, stdout.trim()]).toEqual(genuine ? [0, 'entry.publish'] : [1, '']);
  });
});

/** Starts a receiver, and waits until it says that it listens. */
async function listening(command: string, args: string[], says: RegExp): Promise<ChildProcess> {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, WEBHOOK_SECRET: SECRET },
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (says.test(said)) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${command} does not listen:\n${said}`)));
  });
  return child;
}

/** Sends each of the deliveries to a receiver that is a server of its own. */
function answersEach(start: (address: string) => Promise<ChildProcess>): void {
  let server: ChildProcess;
  let address: string;

  beforeAll(async () => {
    address = `127.0.0.1:${await freePort()}`;
    server = await start(address);
  }, 3 * MINUTE_MS);

  afterAll(async () => {
    if (server === undefined) return;
    server.kill();
    await once(server, 'exit');
  });

  it.each(DELIVERIES)('%s: %s', async (_what, genuine, deliver) => {
    const response = await fetch(`http://${address}/`, { method: 'POST', ...deliver() });
    expect(response.status).toBe(genuine ? 204 : 401);
  });
}

(has('php', '--version') ? describe : describe.skip)('PHP', () => {
  answersEach((address) =>
    listening('php', ['-S', address, file('receiver.php', codeOf('php'))], /started/)
  );
});

const GO_SERVER = `package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"receiver/webhooks"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	fmt.Println("started")
	http.Serve(listener, http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		status := http.StatusNoContent
		if _, err := webhooks.Verify(request); err != nil {
			status = http.StatusUnauthorized
		}
		answer.WriteHeader(status)
	}))
}
`;

if (has('go', 'version')) {
  describe('Go', () => {
    answersEach((address) => {
      mkdirSync(path.join(folder, 'webhooks'));
      file('go.mod', 'module receiver\n\ngo 1.19\n');
      file('main.go', GO_SERVER);
      file('webhooks/verify.go', codeOf('go'));
      const build = spawnSync('go', ['build', '-o', 'receiver', '.'], {
        cwd: folder,
        encoding: 'utf8',
      });
      if (build.status !== 0) throw new Error(build.stderr);
      return listening(path.join(folder, 'receiver'), [address], /started/);
    });
  });
}
