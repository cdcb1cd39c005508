/**
 * `npm run demo`: on a fresh clone with only Node, a real Strapi with the plugin, a receiver that
 * fails at first, and an article on its way from one to the other. Then it stays up to be explored.
 *
 * `npm run demo -- --once` exits after the journey: 0 when all of it happened, 1 otherwise.
 *
 * Environment: `PORT` (1337), `DATABASE_CLIENT` and `DATABASE_URL` (SQLite in playground/.tmp),
 * `DEMO_ADMIN_EMAIL`, `DEMO_ADMIN_PASSWORD`, `DEMO_API_TOKEN` (made up and kept in playground/.env),
 * `DEMO_ALLOW_CIDRS` (127.0.0.1/32: what may be called besides public addresses).
 */
import { RETRY_DELAYS_MS, showJourney, tell } from './lib/demo-journey.mjs';
import { connect } from './lib/demo-api.mjs';
import { ensurePanelBuilt, playgroundEnv, startPlayground } from './lib/playground.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './lib/project.mjs';
import { startReceiver } from './lib/receiver.mjs';
import { bold, dim, green, red, say } from './lib/terminal.mjs';

const REFUSALS = RETRY_DELAYS_MS.length;

const topic = {
  name: 'articles',
  description: 'Made by the demo: articles that are published',
  events: ['entry.publish'],
  contentTypes: ['api::article.article'],
};

const endpointOf = (topicId, url) => ({
  name: 'Demo receiver',
  url,
  topicIds: [topicId],
  retryPolicy: { kind: 'list', delaysMs: RETRY_DELAYS_MS },
  jitterPercent: 0,
});

async function main({ once }) {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
  const env = playgroundEnv();
  await ensurePanelBuilt(env);

  const received = [];
  let exploring = false;
  const receiver = await startReceiver({
    failures: REFUSALS,
    onRequest: (request) => {
      received.push(request);
      const genuine = request.verified ? 'signature verified' : red('signature NOT verified');
      if (exploring) tell('received', `${request.event} ${request.messageId}, ${genuine}`, green);
    },
  });

  say(dim('starting Strapi'));
  const strapi = await startPlayground(env);
  try {
    const api = await connect(strapi.origin, env);
    const { id } = await api.ensureTopic(topic);
    const { secret } = await api.ensureEndpoint(endpointOf(id, receiver.url));
    receiver.trust(secret);

    say();
    await showJourney(api, received);
    if (once) return;

    exploring = true;
    receiver.behave();
    introduce(strapi.origin, env, receiver.url);
    await strapi.exited;
    throw new Error('Strapi has left');
  } catch (error) {
    throw new Error(`${error.message}\n\nStrapi's log ends with:\n${strapi.log()}`, {
      cause: error,
    });
  } finally {
    await strapi.stop();
    await receiver.close();
  }
}

function introduce(origin, env, receiverUrl) {
  say(`
${bold('It stays up. Ctrl-C ends it.')}

  panel     ${bold(`${origin}/admin`)}   ${env.DEMO_ADMIN_EMAIL} / ${env.DEMO_ADMIN_PASSWORD}
  webhooks  ${origin}/admin/plugins/guaranteed-webhooks
  receiver  ${receiverUrl}

  Publish another article and watch it arrive here:

  ${dim(`curl ${origin}/api/articles -H 'authorization: Bearer ${env.DEMO_API_TOKEN}' \\
    -H 'content-type: application/json' -d '{"data":{"title":"Another"}}'`)}
`);
}

try {
  await main({ once: process.argv.includes('--once') });
  process.exit(0);
} catch (error) {
  say(red(`\nthe demo failed: ${error.message}`));
  process.exit(1);
}
