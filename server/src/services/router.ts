/**
 * The dispatcher's view of endpoints: what may be claimed, and what exactly is sent.
 *
 * An endpoint's URL, headers, secret, timeout and retry policy are read here at each attempt, not
 * copied into its messages: mending an endpoint mends what is waiting for it, and secrets are stored
 * once.
 */
import { DEFAULT_PUBLISH_POLICY } from '../core/backoff';
import { CoreError } from '../core/errors';
import type { ClaimedMessage, RetryPolicy } from '../core/message';
import { renderRequest, type RequestSettings } from '../core/request';
import { parseTarget, type UrlPolicy } from '../core/url-safety';
import type { LaneBudget, Log, Prepared, Router } from '../dispatcher/ports';
import type { PluginConfig } from '../config/schema';
import { endpointLane, type Directory, type EndpointSettings } from './directory';
import type { Keys } from './keys';

/** Retries of published messages follow the wire's curve exactly; endpoints bring their own spread. */
const NO_JITTER = 0;

interface Dependencies {
  directory: Directory;
  keys: Pick<Keys, 'current' | 'problem'>;
  config: PluginConfig;
  urlPolicy: UrlPolicy;
  randomId: () => string;
  log: Log;
}

interface Target {
  settings: RequestSettings;
  secrets: string[];
  retryPolicy: RetryPolicy;
  jitter: number;
}

export function createRouter(deps: Dependencies): Router {
  const { directory, keys, config, urlPolicy, randomId, log } = deps;

  async function endpointOf(message: ClaimedMessage): Promise<EndpointSettings | undefined> {
    if (message.endpointId === null) return undefined;
    const known = directory.endpoint(message.endpointId);
    if (known !== undefined) return known;
    await directory.refresh(); // made on another node a moment ago
    return directory.endpoint(message.endpointId);
  }

  function endpointTarget(
    message: ClaimedMessage,
    endpoint: EndpointSettings,
    now: number
  ): Target {
    const overlap = endpoint.previousSecretUntil !== null && endpoint.previousSecretUntil > now;
    return {
      settings: {
        url: endpoint.url,
        method: endpoint.method,
        headers: Object.fromEntries(
          endpoint.plainHeaders.map(({ name, value }) => [name, value ?? ''])
        ),
        timeoutMs: message.timeoutMs ?? endpoint.timeoutMs ?? config.http.timeoutMs,
        secretHeaders: new Set(
          endpoint.plainHeaders.filter(({ secret }) => secret).map(({ name }) => name.toLowerCase())
        ),
      },
      secrets: overlap ? endpoint.secrets : endpoint.secrets.slice(0, 1),
      retryPolicy: message.retryPolicy ?? endpoint.retryPolicy,
      jitter: endpoint.jitterPercent / 100,
    };
  }

  function urlTarget(message: ClaimedMessage): Target {
    return {
      settings: {
        url: message.url,
        method: message.method,
        headers: {},
        timeoutMs: message.timeoutMs ?? config.http.timeoutMs,
      },
      secrets: [keys.current().standard],
      retryPolicy: message.retryPolicy ?? DEFAULT_PUBLISH_POLICY,
      jitter: NO_JITTER,
    };
  }

  return {
    laneLimits(): LaneBudget {
      const lanes = new Map<string, number>();
      for (const { id, maxParallel } of directory.endpoints()) {
        if (maxParallel !== null) lanes.set(endpointLane(id), maxParallel);
      }
      for (const lane of directory.heldLanes()) lanes.set(lane, 0);
      return { default: config.dispatcher.slotsPerEndpoint, lanes };
    },

    async prepare(message: ClaimedMessage, now: number): Promise<Prepared> {
      const endpoint = await endpointOf(message);
      if (message.endpointId !== null && endpoint === undefined) {
        return { kind: 'blocked', error: `its endpoint "${message.endpointName}" was deleted` };
      }
      if (endpoint !== undefined && isHeld(message, endpoint)) return { kind: 'hold' };
      const problem = message.unreadable ?? (endpoint ? endpoint.problem : keys.problem());
      if (problem !== null) return { kind: 'blocked', error: problem };

      const target = endpoint ? endpointTarget(message, endpoint, now) : urlTarget(message);
      try {
        // Rules that need no address: scheme, credentials, port. The address is checked at connect.
        parseTarget(target.settings.url, urlPolicy, 'url');
        const rendered = await renderRequest({
          message,
          settings: target.settings,
          secrets: target.secrets,
          jwtKey: keys.problem() === null ? keys.current().jwtCurrent : undefined,
          jti: randomId(),
          userAgent: config.http.userAgent,
          now,
        });
        const { retryPolicy, jitter } = target;
        return { kind: 'request', ...rendered, retryPolicy, jitter };
      } catch (error) {
        if (error instanceof CoreError) return { kind: 'blocked', error: error.message };
        throw error;
      }
    },

    endpointChanged(endpointId: number): void {
      directory.refresh().catch((error: unknown) => {
        log.error(`endpoint ${endpointId} changed, but could not be read again`, { error });
      });
    },
  };
}

/**
 * Paused, disabled or unreadable since the claim. The directory holds its lane by now, so that it is
 * not claimed again at once. A test send has a lane of its own, and goes out all the same.
 */
function isHeld(message: ClaimedMessage, endpoint: EndpointSettings): boolean {
  if (message.lane !== endpointLane(endpoint.id)) return false;
  return endpoint.state !== 'active' || endpoint.problem !== null;
}
