/** Limits how often each API token may publish. Each node counts for itself. */
import type { Core } from '@strapi/strapi';

import { takeFrom, type Bucket } from '../../core/gates/token-bucket';
import { QstashError } from '../format/error';
import { runtimeOf } from '../../runtime/runtime';
import { SECOND_MS } from '../../core/time';

/** One per API token. */
const MAX_CALLERS = 10_000;

export const createPublishRateService = ({ strapi }: { strapi: Core.Strapi }) => {
  const buckets = new Map<string, Bucket>();

  return {
    /**
     * @param messages number of messages; 0 checks before the body is read.
     * @throws QstashError 429 with the headers by which the SDK recognizes its `QstashRatelimitError`.
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
