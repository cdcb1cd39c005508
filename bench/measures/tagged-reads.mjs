/** REST reads with and without cache tags, in turn: two Strapis with the same articles. */
import { createRequire } from 'node:module';

import { quantile } from '../lib/statistics.mjs';

const { Client } = createRequire(import.meta.url)('undici');
const ARTICLES = 25;
const WARM_UP = 150;
/** Drafts, because they are what `commit` makes. Relations, media and components are populated. */
const PATH = `/api/articles?status=draft&populate=*&pagination[pageSize]=${ARTICLES}`;

export async function measureTaggedReads(world, { kind, reads }) {
  const start = async (plugin) => {
    const node = await world.strapi(await world.database(kind), { plugin });
    for (let n = 0; n < ARTICLES; n += 1) await node.call('commit');
    const client = new Client(await node.call('listen'));
    const authorization = `Bearer ${await node.call('token')}`;
    return { node, client, authorization, samples: [] };
  };
  const plain = await start({});
  const tagged = await start({ cacheTags: { enabled: true } });

  async function read({ client, authorization, samples }, isMeasured) {
    const startedAt = performance.now();
    const { statusCode, headers, body } = await client.request({
      path: PATH,
      method: 'GET',
      headers: { authorization },
    });
    await body.text();
    if (isMeasured) samples.push(performance.now() - startedAt);
    if (statusCode !== 200) throw new Error(`the read was answered ${statusCode}`);
    return headers['cache-tag'];
  }

  for (let n = -WARM_UP; n < reads; n += 1) {
    // In turn, so that other work on the machine meets both.
    const order = n % 2 === 0 ? [plain, tagged] : [tagged, plain];
    for (const strapi of order) {
      const tags = await read(strapi, n >= 0);
      if ((tags !== undefined) !== (strapi === tagged)) throw new Error(`tags: ${tags}`);
    }
  }
  for (const { client, node } of [plain, tagged]) {
    await client.close();
    await node.close();
  }
  const summary = ({ samples }) => ({ p50: quantile(samples, 0.5), p99: quantile(samples, 0.99) });
  return { plain: summary(plain), tagged: summary(tagged) };
}
