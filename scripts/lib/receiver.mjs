/**
 * The demo's receiver: what somebody else's server would do. It verifies the signature with the
 * `standardwebhooks` library, and answers 500 to the first attempts of each message until told to
 * behave.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

import { ROOT } from './project.mjs';

/**
 * @param failures how many attempts of a message to refuse; counted by message, because an earlier
 *   run may have left some that arrive as well
 * @param onRequest called with each request, when it has been answered
 */
export async function startReceiver({ failures, onRequest }) {
  // Loaded here because on a fresh clone nothing is installed when this file is.
  const { Webhook } = createRequire(path.join(ROOT, 'package.json'))('standardwebhooks');
  let secret;
  let patience = failures;
  const refused = new Map();

  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const messageId = request.headers['webhook-id'];
      const refusals = refused.get(messageId) ?? 0;
      const status = refusals < patience ? 500 : 200;
      if (status === 500) refused.set(messageId, refusals + 1);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 200 ? { thanks: true } : { sorry: 'try later' }));
      onRequest({
        at: Date.now(),
        status,
        headers: request.headers,
        event: request.headers['x-strapi-event'],
        messageId,
        verified: isGenuine(body, request.headers),
        bytes: body.length,
        body: body.toString('utf8'),
      });
    });
  });

  function isGenuine(body, headers) {
    try {
      new Webhook(secret).verify(body.toString('utf8'), headers);
      return true;
    } catch {
      return false;
    }
  }

  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/hooks`,
    /** What the endpoint's secret is, known once the endpoint exists. */
    trust: (value) => (secret = value),
    /** From here on, 500 to every attempt. */
    refuse: () => (patience = Infinity),
    /** From here on, 200 at once. */
    behave: () => (patience = 0),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
