/** The overview page: backlog, endpoints that need attention, nodes, warnings. */
import type { Core } from '@strapi/strapi';

import type { MessageView, Overview } from '../contract';
import { breakerView } from '../../core/health/breaker';
import { matchesEvent } from '../../core/routing/subscription';
import { expiryOf } from '../../delivery/http/tls-identity';
import { brokenText } from '../../delivery/engine/broken-filters';
import { unsentLanes } from '../../delivery/engine/pulled';
import { changedText } from '../../delivery/engine/schema-guard';
import type { EndpointRecord, TopicRecord } from '../../store/types';
import { messageView } from '../../api/message-views';
import { runtimeOf, type Runtime } from '../../runtime/runtime';
import { DAY_MS } from '../../core/time';
import { eventsOf, targetOf, webhookName, type NativeWebhook } from './native-plan';
import { COUNTED_UP_TO, NO_ENDPOINT } from '../../core/message/limits';

const LISTED_ENDPOINTS = 50;
const LISTED_UPCOMING = 5;

/** Order of endpoints that need attention: disabled, then failing, then paused. */
const URGENCY = { disabled: 0, active: 1, paused: 2 } as const;

const WARN_BEFORE_EXPIRY_MS = 14 * DAY_MS;
/** Sorts after any instant. */
const NEVER = Number.MAX_SAFE_INTEGER;

type Trouble = Overview['endpointsInTrouble'][number];

export const createOverviewService = ({ strapi }: { strapi: Core.Strapi }) => ({
  async read(): Promise<Overview> {
    const runtime = runtimeOf(strapi);
    const { store, directory, clock, config, dispatcher, environment, watch } = runtime;
    await directory.refreshIfChanged();
    const endpoints = await store.listEndpoints();
    const ids = endpoints.map(({ id }) => id);
    const counts = await store.countByEndpoint(ids, COUNTED_UP_TO);
    const countsOf = (id: number) => counts.get(id) ?? { pending: 0, dead: 0 };
    const { running, inFlight } = dispatcher.stats();

    return {
      counts: await store.countByState(COUNTED_UP_TO),
      countedUpTo: COUNTED_UP_TO,
      ...(await pendingCounts(runtime)),
      oldestDueAt: await store.oldestDue(clock.now(), unsentLanes(directory)),
      endpoints: endpoints.length,
      endpointsInTrouble: endpoints
        .map((endpoint) => ({ ...troubleOf(endpoint), ...countsOf(endpoint.id) }))
        .filter(isInTrouble)
        .sort(worstFirst)
        .slice(0, LISTED_ENDPOINTS),
      dispatcher: { enabled: config.dispatcher.enabled, running, inFlight },
      nodes: await watch.presence.list(),
      upcoming: await upcoming(runtime),
      environment: environment.view(),
      missingInternals: [...runtime.selfCheck.missing()],
      missedEvents: runtime.tripwire.current(),
      warnings: [
        ...[runtime.outboundProblem(), runtime.retentionSize.problem()].filter(
          (problem) => problem !== null
        ),
        ...secretWarnings(runtime),
        ...certificateWarnings(runtime),
        ...directory.brokenFilters().map(brokenText),
        ...runtime.schemaGuard.changed().map(changedText),
        ...doubleDeliveries(
          runtime.selfCheck.works('native-webhooks') ? await nativeWebhooks(strapi) : [],
          endpoints,
          directory.topics().filter(({ enabled }) => enabled)
        ),
      ],
    };
  },
});

/** Counts by endpoint and by held document, which indexes serve however many messages are on hold. */
async function pendingCounts({
  store,
  directory,
}: Runtime): Promise<Pick<Overview, 'held' | 'waiting' | 'retrying'>> {
  const held = directory.heldEndpointIds();
  const free = directory
    .endpoints()
    .map(({ id }) => id)
    .filter((id) => !held.includes(id));
  const braked = await store.countBraked(held, COUNTED_UP_TO);
  const count = (endpointId: number[], upTo = COUNTED_UP_TO) =>
    store.countMatching({ state: ['pending'], endpointId }, upTo);
  const open = [NO_ENDPOINT, ...free];
  const waiting = (await count(open, COUNTED_UP_TO + braked)) - braked;
  const retrying = waiting < COUNTED_UP_TO ? await store.countRetrying(open) : null;
  return {
    held: Math.min(COUNTED_UP_TO, (await count([...held])) + braked),
    waiting,
    // Counted later than `waiting`.
    retrying: retrying === null ? null : Math.min(retrying, waiting),
  };
}

async function upcoming(runtime: Runtime): Promise<MessageView[]> {
  const { store, directory, clock } = runtime;
  const rows = await store.nextDue(unsentLanes(directory), LISTED_UPCOMING, clock.now());
  return rows.map((row) => messageView(runtime, row));
}

function troubleOf(endpoint: EndpointRecord): Omit<Trouble, 'dead' | 'pending'> {
  const { id, name, state, stateReason, firstFailureAt, breaker } = endpoint;
  return { id, name, state, stateReason, firstFailureAt, breaker: breakerView(breaker) };
}

const isInTrouble = ({ state, firstFailureAt, breaker, dead }: Trouble): boolean =>
  state !== 'active' || firstFailureAt !== null || breaker !== null || dead > 0;

/** Longest failing first, then most failed messages. */
function worstFirst(a: Trouble, b: Trouble): number {
  return (
    URGENCY[a.state] - URGENCY[b.state] ||
    (a.firstFailureAt ?? NEVER) - (b.firstFailureAt ?? NEVER) ||
    b.dead - a.dead ||
    a.id - b.id
  );
}

function secretWarnings({ crypt, keys, directory }: Runtime): string[] {
  const keysProblem = keys.problem();
  return [
    ...(crypt.available
      ? []
      : [
          'ENCRYPTION_KEY is not set: signing secrets and secret headers are stored unencrypted. ' +
            'Set admin.secrets.encryptionKey in config/admin.',
        ]),
    ...(keysProblem === null ? [] : [keysProblem]),
    ...directory
      .endpoints()
      .flatMap(({ name, problem }) =>
        problem === null ? [] : [`Messages to endpoint "${name}" are on hold: ${problem}`]
      ),
  ];
}

/** Warns before a client certificate expires. */
function certificateWarnings({ directory, clock }: Runtime): string[] {
  return directory.endpoints().flatMap(({ name, tlsIdentity }) => {
    const expiresAt = tlsIdentity === null ? NEVER : expiryOf(tlsIdentity);
    if (expiresAt - clock.now() > WARN_BEFORE_EXPIRY_MS) return [];
    const verb = expiresAt > clock.now() ? 'expires' : 'expired';
    const on = new Date(expiresAt).toISOString().slice(0, 10);
    return [`A certificate of endpoint "${name}" ${verb} on ${on}: renew it in its TLS settings.`];
  });
}

async function nativeWebhooks(strapi: Core.Strapi): Promise<NativeWebhook[]> {
  const store = strapi.get<{ findWebhooks(): Promise<NativeWebhook[]> }>('webhookStore');
  return (await store.findWebhooks()).filter(({ isEnabled }) => isEnabled);
}

/** Warns when one of Strapi's own webhooks sends the same event to the same URL. */
function doubleDeliveries(
  webhooks: readonly NativeWebhook[],
  endpoints: readonly EndpointRecord[],
  topics: readonly TopicRecord[]
): string[] {
  return webhooks.flatMap((webhook) =>
    endpoints
      .filter((endpoint) => sameUrl(targetOf(webhook.url).url, endpoint.url))
      .flatMap((endpoint) => {
        const patterns = topics
          .filter(({ endpointIds }) => endpointIds.includes(endpoint.id))
          .flatMap(({ events }) => events);
        const twice = eventsOf(webhook).filter((event) =>
          patterns.some((pattern) => matchesEvent(pattern, event))
        );
        if (twice.length === 0) return [];
        return [
          `Strapi's own webhook "${webhookName(webhook)}" calls the URL of endpoint "${endpoint.name}" too: ` +
            `${twice.join(', ')} arrive twice. Disable it in Settings > Webhooks.`,
        ];
      })
  );
}

function sameUrl(a: string, b: string): boolean {
  if (!URL.canParse(a) || !URL.canParse(b)) return a === b;
  return new URL(a).href === new URL(b).href;
}
