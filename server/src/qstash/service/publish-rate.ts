/**
 * How often each API token may publish over the QStash API. Counted by this process: of several nodes each
 * allows as much.
 */
import type { Core } from '@strapi/strapi';

import { takeFrom, type Bucket } from '../../core/gates/token-bucket';
import { QstashError } from '../format/error';
import { runtimeOf } from '../../runtime/runtime';
import { SECOND_MS } from '../../core/time';

/** Callers remembered. There are as many as API tokens. */
const MAX_CALLERS = 10_000;

export const createPublishRateService = ({ strapi }: { strapi: Core.Strapi }) => {
  const buckets = new Map<string, Bucket>();

  return {
    /**
     * @param messages how many are published; 0 asks before a body is read.
     * @throws QstashError 429 with the headers that the SDK tells its `QstashRatelimitError` by.
     */
    take(caller: string, messages: number): void {
      const { config, clock } = runtimeOf(strapi);
      const { perMinute, burst } = config.v2.publishRate;
      if (perMinute === null) return;
      const now = clock.now();
      const taken = takeFrom(buckets.get(caller), { perMinute, burst }, messages, now);
      if (buckets.size >= MAX_CALLERS) buckets.clear();
      buckets.set(caller, taken.bucket);
      if (taken.allowed) return;
      const waitS = Math.ceil(taken.waitMs / SECOND_MS);
      throw new QstashError(
        429,
        `rate limit exceeded: this token may publish ${perMinute} messages a minute, retry in ${waitS} s`,
        {
          'Retry-After': String(waitS),
          'Burst-RateLimit-Limit': String(burst),
          'Burst-RateLimit-Remaining': '0',
          'Burst-RateLimit-Reset': String(Math.ceil((now + taken.waitMs) / SECOND_MS)),
        }
      );
    },
  };
};
