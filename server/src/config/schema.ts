/**
 * The plugin's configuration: what goes into `config/plugins.ts` under
 * `'guaranteed-webhooks': { config: { … } }`.
 *
 * Strapi calls `validator(config)` and throws its return value away, so zod's defaults never reach
 * `strapi.config`. Hence `parseConfig` is called twice: by the validator, which stops the boot with
 * the name of the option, and by `services/`, which keep the frozen, typed result.
 */
import { LEASE_MARGIN_MS, longestTimeoutMs } from '../core/message/timeout';
import { z } from 'zod';

import { problemOfTagHeader } from '../core/cache-tags/tag-headers';
import { DEFAULT_HEALTH_POLICY as HEALTH } from '../core/health/breaker';
import { JWT_ALGORITHMS } from '../core/signing/signature-jwt';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/time';

const MEBIBYTE = 1_048_576;

const tagHeaderName = z.string().superRefine((name, context) => {
  const problem = problemOfTagHeader(name);
  if (problem !== null) context.addIssue(`header "${name}" ${problem}`);
});

const durationMs = (minMs: number, maxMs: number) => z.number().int().min(minMs).max(maxMs);

export const configSchema = z
  .strictObject({
    dispatcher: z
      .strictObject({
        /** Does this process deliver? `false` makes a web-only node: it records messages, others send them. */
        enabled: z.boolean().default(true),
        /** Requests in flight at once from this process. Not the number of database connections: none is held during a request. */
        slots: z.number().int().min(1).max(1_000).default(100),
        /** Of those, how many one endpoint may take, unless it says otherwise, so that a slow one leaves room for the rest. */
        slotsPerEndpoint: z.number().int().min(1).max(1_000).default(25),
        /** How long a claim lasts. Must exceed every timeout, or a slow send is sent twice. A killed process's messages wait this long. */
        leaseMs: durationMs(2 * SECOND_MS, 30 * MINUTE_MS).default(60 * SECOND_MS),
        /** How often an idle node that is the only one looks for changes made by other processes. With several nodes: every second. */
        idlePollMs: durationMs(SECOND_MS, HOUR_MS).default(MINUTE_MS),
        /** How long `destroy` waits for requests in flight before handing their messages back. */
        drainMs: durationMs(0, 5 * MINUTE_MS).default(10 * SECOND_MS),
      })
      .prefault({}),
    http: z
      .strictObject({
        /** Deadline over a whole exchange, body included, for endpoints without their own. */
        timeoutMs: durationMs(100, 15 * MINUTE_MS).default(30 * SECOND_MS),
        /** Bytes of a response that are read and kept. The rest is not read. */
        maxResponseBytes: z.number().int().min(0).max(MEBIBYTE).default(65_536),
        userAgent: z
          .string()
          .regex(/^[\x20-\x7e]{1,200}$/, 'must be 1 to 200 printable ASCII characters')
          .default('Strapi-Guaranteed-Webhooks/1'),
        /** Send the trace of the request that made a change (`traceparent`) to receivers, and make a span of each attempt? */
        traceContext: z.boolean().default(true),
        /** Refuse `http:` URLs. */
        httpsOnly: z.boolean().default(false),
        /** Private, loopback and link-local targets are refused unless named here. Cloud metadata addresses always are. */
        allow: z
          .strictObject({
            /** Host names or wildcards: `n8n.internal`, `*.svc.cluster.local`. Allowed at any address except metadata addresses. */
            hosts: z.array(z.string().min(1)).default([]),
            /** Networks: `10.0.0.0/8`, `127.0.0.1/32`, `fd00::/8`. */
            cidrs: z.array(z.string().min(1)).default([]),
          })
          .prefault({}),
      })
      .prefault({}),
    payload: z
      .strictObject({
        /** Largest body of one event, bytes. */
        maxBytes: z
          .number()
          .int()
          .min(1_024)
          .max(64 * MEBIBYTE)
          .default(MEBIBYTE),
        /** A content change whose event is too large: send a reduced event, or refuse the change. */
        tooLarge: z.enum(['reduce', 'refuse']).default('reduce'),
        /** Fields of bodies that nobody is shown: names (`password`) or paths (`customer.email`). Sent as they are. */
        redactFields: z.array(z.string().trim().min(1).max(200)).max(100).default([]),
      })
      .prefault({}),
    transformations: z
      .strictObject({
        /** Longest run of a transformation for one event, ms. It blocks the process and the change's transaction. Not so short that a pause of a busy machine ends one. */
        timeoutMs: durationMs(10, 10 * SECOND_MS).default(250),
      })
      .prefault({}),
    retention: z
      .strictObject({
        /** Delivered and canceled messages, and jobs, are removed this long after they finished. */
        deliveredMs: durationMs(MINUTE_MS, 3_650 * DAY_MS).default(30 * DAY_MS),
        /** Time to keep failed messages. */
        deadMs: durationMs(MINUTE_MS, 3_650 * DAY_MS).default(90 * DAY_MS),
        /** Time to keep entries of the audit log. */
        auditMs: durationMs(MINUTE_MS, 3_650 * DAY_MS).default(365 * DAY_MS),
        /** Messages kept at most, finished or not; finished ones are removed before their time. Null: no limit. */
        maxRows: z.number().int().min(1_000).max(1_000_000_000).nullable().default(2_000_000),
        /** Bytes that the tables of the log may take, on SQLite the database. Null: no limit. */
        maxBytes: z
          .number()
          .int()
          .min(MEBIBYTE)
          .nullable()
          .default(10_240 * MEBIBYTE),
        /** May `maxRows` and `maxBytes` remove dead letters before `deadMs`, when nothing else is left to remove? */
        removeDeadEarly: z.boolean().default(false),
      })
      .prefault({}),
    /** Name of this environment (`production`, `staging`). Nothing is delivered from a database that carries another name. Default null: the database server's identity decides. */
    environment: z.string().trim().min(1).max(100).nullable().default(null),
    health: z
      .strictObject({
        /** Failure rate (percent of attempts within `windowMs`) at which the circuit breaker opens: messages are put on hold, and one is tried from time to time. */
        failurePercent: z.number().int().min(1).max(100).default(HEALTH.failurePercent),
        /** Fewer attempts within `windowMs` say nothing. */
        minAttempts: z.number().int().min(2).max(1_000_000).default(HEALTH.minAttempts),
        windowMs: durationMs(SECOND_MS, DAY_MS).default(HEALTH.windowMs),
        /** The first try comes after this, each further one after twice the time before it. */
        openMs: durationMs(SECOND_MS, DAY_MS).default(HEALTH.openMs),
        maxOpenMs: durationMs(SECOND_MS, DAY_MS).default(HEALTH.maxOpenMs),
        /** An endpoint to which nothing could be delivered for so long is disabled; its messages are held. */
        disableAfterMs: durationMs(MINUTE_MS, 3_650 * DAY_MS).default(HEALTH.disableAfterMs),
      })
      .prefault({}),
    v2: z
      .strictObject({
        /** Serve the QStash API under `/api/guaranteed-webhooks/v2`? API tokens open it, nothing else. */
        enabled: z.boolean().default(true),
        /** Largest body of one batch call, bytes. `payload.maxBytes` also applies to each of its messages. */
        maxBatchBytes: z
          .number()
          .int()
          .min(1_024)
          .max(100 * MEBIBYTE)
          .default(16 * MEBIBYTE),
        /** Which `Upstash-Signature` published messages carry, unless their publisher says otherwise. `EdDSA` is verified with public keys (JWKS), not by the SDK's `Receiver`. */
        signatureAlgorithm: z.enum(JWT_ALGORITHMS).default('HS256'),
        publishRate: z
          .strictObject({
            /** Messages a minute that one API token may publish to one node; more is answered 429. `null`: any number. */
            perMinute: z.number().int().min(1).max(1_000_000).nullable().default(null),
            /** How many of them may come at once. */
            burst: z.number().int().min(1).max(1_000_000).default(100),
          })
          .prefault({}),
      })
      .prefault({}),
    cacheTags: z
      .strictObject({
        /** Say in responses of the content API which documents they show, so that caches can purge them? */
        enabled: z.boolean().default(false),
        /** Headers of the response. `Surrogate-Key` and `xkey` separate tags by spaces, others by commas. */
        headers: z.array(tagHeaderName).min(1).max(8).default(['Cache-Tag']),
        /** Most bytes of one header's tags. A response with more has the tags of its content types only. */
        maxBytes: z.number().int().min(256).max(16_384).default(2_048),
      })
      .prefault({})
      .refine(
        ({ headers }) => new Set(headers.map((name) => name.toLowerCase())).size === headers.length,
        {
          path: ['headers'],
          message: 'has a header twice',
        }
      ),
    /** How long a deduplication id is remembered. */
    deduplicationMs: durationMs(SECOND_MS, 90 * DAY_MS).default(10 * MINUTE_MS),
  })
  .superRefine((config, context) => {
    if (config.http.timeoutMs > longestTimeoutMs(config.dispatcher.leaseMs)) {
      context.addIssue({
        code: 'custom',
        path: ['dispatcher', 'leaseMs'],
        message: `must exceed http.timeoutMs (${config.http.timeoutMs}) by ${LEASE_MARGIN_MS}, or a slow request is sent twice`,
      });
    }
  });

export type PluginConfig = Readonly<z.infer<typeof configSchema>>;

/**
 * @param input what the user wrote, merged over nothing: every default comes from the schema.
 * @throws Error naming each wrong option and what is wrong with it.
 */
export function parseConfig(input: unknown): PluginConfig {
  const parsed = configSchema.safeParse(input ?? {});
  if (parsed.success) return deepFreeze(parsed.data);
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`
  );
  throw new Error(`guaranteed-webhooks config: ${problems.join('; ')}`);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
