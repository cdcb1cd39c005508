/**
 * Decides what may be claimed and what is sent. An endpoint's URL, headers, secret, timeout and retry
 * policy are read at each attempt: a corrected endpoint applies to the messages that wait for it.
 */
import { NO_RETRIES } from '../../core/retry/backoff';
import { CoreError } from '../../core/errors';
import { memoize } from '../../core/memo';
import {
  handlerNameOf,
  handlerUrl,
  targetLane,
  targetOrigin,
} from '../../core/message/callback-target';
import type { ClaimedMessage } from '../../core/message/message';
import { isPulled } from '../../core/message/pull';
import { longestTimeoutMs } from '../../core/message/timeout';
import { renderRequest } from '../../core/message/request';
import { shareOf, type Place } from '../../core/gates/share';
import { jwtAlgorithmOf, type JwtKey } from '../../core/signing/signature-jwt';
import { assertEndpointUrl } from '../../core/message/endpoint-url';
import { parseTarget, type UrlPolicy } from '../../core/safety/url-safety';
import type { LaneBudget, Prepared, Router } from '../loop/ports';
import type { PluginConfig } from '../../config/schema';
import { createAttemptCallbacks } from './attempt-callbacks';
import { endpointTarget, NO_JITTER, retriesOf, type Retries, type Target } from './target';
import { isSuspended, lanesOf, type Directory, type EndpointSettings } from './directory';
import type { Keys } from '../../host/keys';
import { testLane } from '../../store/queue/lane';
import type { Redactor } from '../../host/redaction';
import type { Probes } from './probes';
import { isHeldBack, unsentLanes, type PullRouter } from './pulled';
import type { SendRates } from './send-rates';

/** Each holds a database connection. */
const HANDLERS_AT_ONCE = 2;

interface Dependencies {
  directory: Directory;
  keys: Pick<Keys, 'standardSecrets' | 'jwtKey' | 'problem'>;
  probes: Pick<Probes, 'has' | 'use'>;
  rates: SendRates;
  /** False while the database belongs to another environment: nothing may be sent. */
  isOurs: () => boolean;
  /** Among the nodes that deliver. */
  place: () => Place;
  config: PluginConfig;
  /** URL of this Strapi. */
  source: string;
  urlPolicy: UrlPolicy;
  redactor: Redactor;
  /** Handlers registered in the app's own code. */
  handlerNames: () => readonly string[];
  randomId: () => string;
  newMessageId: () => string;
}

const NOTHING: LaneBudget = { default: 0, lanes: new Map() };

export function createRouter(deps: Dependencies): Router & PullRouter {
  const { directory, keys, probes, rates, isOurs, place, config, urlPolicy } = deps;
  const { redactor, handlerNames, randomId, newMessageId, source } = deps;

  /** Within the lease, which may have become shorter since the timeout was saved. */
  function timeoutOf({ timeoutMs }: ClaimedMessage, endpoint?: EndpointSettings): number {
    const wanted = timeoutMs ?? endpoint?.timeoutMs ?? config.http.timeoutMs;
    return Math.min(wanted, longestTimeoutMs(config.dispatcher.leaseMs));
  }

  async function endpointOf(message: ClaimedMessage): Promise<EndpointSettings | undefined> {
    if (message.endpointId === null) return undefined;
    const known = directory.endpoint(message.endpointId);
    if (known !== undefined) return known;
    await directory.refresh(); // made on another node a moment ago
    return directory.endpoint(message.endpointId);
  }

  function urlTarget(message: ClaimedMessage, now: number): Target {
    return {
      settings: {
        url: message.url,
        method: message.method,
        headers: {},
        timeoutMs: timeoutOf(message),
      },
      secrets: keys.standardSecrets(now),
      ...retriesOf(message),
      tls: null,
    };
  }

  /** Check each URL once: the policy does not change. */
  const requireUrl = memoize((url) => parseTarget(url, urlPolicy, 'url'));
  const requireEndpointUrl = memoize((url) => {
    assertEndpointUrl(url, urlPolicy, 'url');
    return true;
  });

  function handlerTarget(message: ClaimedMessage, name: string): Prepared {
    return {
      kind: 'handler',
      name,
      timeoutMs: timeoutOf(message),
      logged: { url: message.url, method: message.method, headers: {} },
      ...retriesOf(message),
    };
  }

  function redactedLog<T extends { headers: Record<string, string> }>(
    { redact, headers }: ClaimedMessage,
    logged: T
  ): T {
    return redact
      ? { ...logged, headers: redactor.headers(logged.headers, redact, headers) }
      : logged;
  }

  async function prepareUrl(message: ClaimedMessage, now: number): Promise<Prepared> {
    const name = handlerNameOf(message.url);
    if (name !== null) return handlerTarget(message, name);
    const problem = keys.problem();
    if (problem !== null) return { kind: 'hold' };
    return requestTo(urlTarget(message, now), message, now);
  }

  /** Empty for messages without a JWT signature. */
  function jwtOf({ signatures }: ClaimedMessage): { jwtKey?: JwtKey; jti: string } {
    const algorithm = jwtAlgorithmOf(signatures);
    if (algorithm === null || keys.problem() !== null) return { jti: '' };
    return { jwtKey: keys.jwtKey(algorithm), jti: randomId() };
  }

  async function requestTo(
    target: Target,
    message: ClaimedMessage,
    now: number
  ): Promise<Prepared> {
    try {
      // Checks scheme, credentials and port. The address is checked when the connection is made.
      const { url } = target.settings;
      if (message.endpointId === null) requireUrl(url);
      else requireEndpointUrl(url);
      const rendered = await renderRequest({
        message,
        settings: target.settings,
        secrets: target.secrets,
        userAgent: config.http.userAgent,
        now,
        ...jwtOf(message),
      });
      const { retryPolicy, jitter, tls, broker } = target;
      const request = { tls, ...(broker && { broker }), ...rendered.request };
      const logged = redactedLog(message, rendered.logged);
      const { finalStatuses = [] } = target;
      return { kind: 'request', request, logged, retryPolicy, jitter, finalStatuses };
    } catch (error) {
      if (error instanceof CoreError) return blocked(error.message, target);
      throw error;
    }
  }

  /** With a wrong ENCRYPTION_KEY no message can be read: they wait for the right key. */
  const waitsForKey = ({ unreadable }: ClaimedMessage): boolean =>
    unreadable !== undefined && keys.problem() !== null;

  /** An endpoint that is being deleted: its messages are about to be canceled. */
  function orphaned({ endpointId, endpointName }: ClaimedMessage): Prepared {
    if (endpointId !== null && directory.isLeaving(endpointId)) return { kind: 'hold' };
    return blocked(`its endpoint "${endpointName}" was deleted`, UNSENDABLE);
  }

  /**
   * The endpoint was paused, disabled or suspended since the claim, its rate is used up, or its receiver claims
   * its messages. Test messages do not wait.
   */
  function mustWait(message: ClaimedMessage, endpoint: EndpointSettings): boolean {
    if (isPulled(endpoint)) return true;
    if (message.lane === testLane(endpoint.id)) return false;
    if (isHeldBack(endpoint)) return true;
    if (rates.roomOf(endpoint) <= 0) return true;
    return (isSuspended(endpoint) && !probes.use(endpoint.id)) || !rates.take(endpoint);
  }

  async function prepareFor(
    endpoint: EndpointSettings,
    message: ClaimedMessage,
    now: number
  ): Promise<Prepared> {
    const timeoutMs = timeoutOf(message, endpoint);
    const target = endpointTarget({ message, endpoint, timeoutMs, source, now });
    return refused(message, endpoint) ?? requestTo(target, message, now);
  }

  function limitEndpoints(lanes: Map<string, number>): void {
    for (const { id, maxParallel } of directory.endpoints()) {
      if (maxParallel === null) continue;
      for (const lane of lanesOf(id)) lanes.set(lane, shareOf(maxParallel, place()));
    }
    for (const lane of unsentLanes(directory)) lanes.set(lane, 0);
    for (const endpoint of directory.endpoints()) {
      if (isHeldBack(endpoint) || isPulled(endpoint)) continue;
      if (!isSuspended(endpoint) || !probes.has(endpoint.id)) continue;
      for (const lane of lanesOf(endpoint.id)) lanes.set(lane, 1);
    }
  }

  const roomsOf = (endpoints: readonly EndpointSettings[]): Map<string, number> =>
    new Map(
      endpoints.flatMap((one) => lanesOf(one.id).map((lane) => [lane, rates.roomOf(one)] as const))
    );

  function nameEndpointLanes(lanes: Map<string, number>, slots: number): void {
    for (const { id } of directory.endpoints()) {
      for (const lane of [...lanesOf(id), testLane(id)]) lanes.set(lane, slots);
    }
  }

  return {
    laneLimits(): LaneBudget {
      if (!isOurs()) return NOTHING;
      const lanes = new Map<string, number>();
      for (const name of handlerNames()) lanes.set(targetLane(handlerUrl(name)), HANDLERS_AT_ONCE);
      const { slotsPerEndpoint } = config.dispatcher;
      // Without keys, messages to bare URLs cannot be signed and wait. The lanes of endpoints are then named one by one.
      const mayCallUrls = keys.problem() === null;
      if (!mayCallUrls) nameEndpointLanes(lanes, slotsPerEndpoint);
      limitEndpoints(lanes);
      const limited = directory.endpoints().filter(({ rateLimit }) => rateLimit !== null);
      return {
        default: mayCallUrls ? slotsPerEndpoint : 0,
        lanes,
        ...(limited.length > 0 && { rates: roomsOf(limited) }),
      };
    },

    originOf: ({ endpointId, url }) =>
      targetOrigin((endpointId === null ? null : directory.endpoint(endpointId)?.url) ?? url),

    async prepare(message: ClaimedMessage, now: number): Promise<Prepared> {
      if (!isOurs() || waitsForKey(message)) return { kind: 'hold' };
      const endpoint = await endpointOf(message);
      if (message.endpointId !== null && endpoint === undefined) return orphaned(message);
      if (endpoint !== undefined && mustWait(message, endpoint)) return { kind: 'hold' };
      if (endpoint === undefined) return refused(message) ?? prepareUrl(message, now);
      return prepareFor(endpoint, message, now);
    },

    preparePulled: async (message, endpoint, now) =>
      waitsForKey(message) ? { kind: 'hold' } : prepareFor(endpoint, message, now),

    callbacks: createAttemptCallbacks(directory, {
      maxBytes: config.payload.maxBytes,
      newMessageId,
    }),
  };
}

/** A message that cannot be sent, and why. */
function refused(message: ClaimedMessage, endpoint?: EndpointSettings): Prepared | null {
  const { problem } = message.rendering ?? {};
  if (problem !== undefined) return blocked(problem, UNSENDABLE);
  const unreadable = message.unreadable ?? endpoint?.problem ?? null;
  return unreadable === null ? null : blocked(unreadable, retriesOf(message, endpoint));
}

/** No later attempt can send the message. */
const UNSENDABLE: Retries = { retryPolicy: NO_RETRIES, jitter: NO_JITTER };

const blocked = (error: string, { retryPolicy, jitter }: Retries): Prepared => ({
  kind: 'blocked',
  error,
  retryPolicy,
  jitter,
});
