/** The limit: bare undici, as many requests in flight as the plugin has slots, and nothing else. */
import { createRequire } from 'node:module';

import { bodyOf } from '../lib/body.mjs';
import { serve } from '../lib/rpc.mjs';

const { Agent, request } = createRequire(import.meta.url)('undici');
const agent = new Agent({ pipelining: 1, connections: 1_000 });

serve({
  async drain({ url, count, concurrency }) {
    let next = 0;
    const startedAt = performance.now();
    const one = async () => {
      while (next < count) {
        next += 1;
        const response = await request(url, {
          method: 'POST',
          dispatcher: agent,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(bodyOf(next)),
        });
        await response.body.text();
      }
    };
    await Promise.all(Array.from({ length: concurrency }, one));
    return performance.now() - startedAt;
  },
});
