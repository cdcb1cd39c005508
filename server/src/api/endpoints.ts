/** Creates, reads and changes endpoints. A change takes effect on this node at once. */
import type { Core } from '@strapi/strapi';
import { z } from 'zod';

import type {
  EndpointCounts,
  EndpointInput,
  EndpointSecret,
  EndpointView,
  ResumeInput,
  ResumeResult,
  RotateInput,
  RetryPreview,
  SaveWarnings,
  TestSendResult,
} from './types';
import type { EntryTestInput, EntryTestResult } from './trial-types';
import { nominalDelays, validateRetryPolicy } from '../core/retry/backoff';
import { withProbeDue } from '../core/health/breaker';
import { CoreError } from '../core/errors';
import { managedError } from '../core/routing/managed';
import { bringsSecret } from '../host/settings-file';
import type { EndpointRecord, EndpointWrite } from '../store/types';
import { healthOf } from './endpoint-health';
import { DEFAULT_OVERLAP_MS } from './endpoint-changes';
import { upsertEndpoint } from './endpoint-upsert';
import type { Upserted } from './upsert';
import { changedColumns, endpointView } from './endpoint-input';
import { expediteOne, skipHeld } from './held-messages';
import { parseInput } from './input';
import { addressWarnings, freshSecret, newEndpoint, secretView } from './new-endpoint';
import { checkedSecret, stillInOverlap } from './signing-input';
import { runtimeOf } from '../runtime/runtime';
import { pauseReason, resumeInput, rotateInput, rowId, rowVersion } from './schemas';
import { entryTestInput } from './trial-schemas';
import { testEntry } from './entry-test';
import { sendTest } from './test-send';
import { holderOf } from '../stats/withheld';
import { COUNTED_UP_TO } from '../core/message/limits';

export const createEndpointsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  /** @throws CoreError INVALID_VALUE, NOT_FOUND. */
  async function find(id: number): Promise<EndpointRecord> {
    parseInput(rowId, id, 'id');
    const endpoint = (await store().listEndpoints()).find((candidate) => candidate.id === id);
    if (endpoint === undefined) throw new CoreError('NOT_FOUND', `there is no endpoint ${id}`);
    return endpoint;
  }

  const viewContext = async () => ({
    topics: await store().listTopics(),
    withheld: await runtime().watch.withheld.read(),
    changed: runtime().schemaGuard.changed(),
  });

  async function view(id: number): Promise<EndpointView> {
    return endpointView(runtime(), await find(id), await viewContext());
  }

  /** Writes, and applies the change on this node. */
  async function change(
    id: number,
    write: Partial<EndpointWrite>,
    version: number
  ): Promise<EndpointView> {
    await store().updateEndpoint(id, write, version);
    await runtime().directory.refresh();
    return view(id);
  }

  async function countsOf(id: number): Promise<EndpointCounts> {
    const counts = await store().countByEndpoint([id], COUNTED_UP_TO);
    return counts.get(id) ?? { pending: 0, dead: 0 };
  }

  return {
    async list(): Promise<EndpointView[]> {
      const context = await viewContext();
      const endpoints = await store().listEndpoints();
      return endpoints.map((endpoint) => endpointView(runtime(), endpoint, context));
    },

    health: () => healthOf(store()),

    get: async (id: number): Promise<EndpointView & { counts: EndpointCounts }> => ({
      ...(await view(id)),
      counts: await countsOf(id),
    }),

    /** @throws CoreError naming the field, before anything is written. */
    async create(input: EndpointInput): Promise<EndpointView & EndpointSecret & SaveWarnings> {
      const { write, secret } = await newEndpoint(runtime(), input);
      const id = await store().createEndpoint(write);
      await runtime().directory.refresh();
      const saved = await view(id);
      return {
        ...saved,
        ...secretView(secret),
        ...(await addressWarnings(runtime(), saved)),
      };
    },

    /**
     * Absent fields and header values given as null are kept.
     *
     * @param version the version that was read.
     * @throws CoreError as `create`, and NOT_FOUND, STALE_VERSION.
     */
    async update(
      id: number,
      input: Partial<EndpointInput>,
      version: number
    ): Promise<EndpointView & SaveWarnings> {
      const stored = await find(id);
      parseInput(rowVersion, version, 'version');
      const changed = await change(id, await changedColumns(runtime(), input, stored), version);
      return { ...changed, ...(await addressWarnings(runtime(), changed)) };
    },

    /**
     * Creates the endpoint, or gives the one with this name these settings: absent fields have their defaults,
     * an absent secret is kept. Another `secret` replaces the old one, which also signs for a day. Repeated,
     * it changes nothing. Its state is kept.
     *
     * @returns the secret only when one was made.
     * @throws CoreError as `create`; MANAGED.
     */
    async upsert(
      input: EndpointInput
    ): Promise<EndpointView & Partial<EndpointSecret> & SaveWarnings & Upserted> {
      const { id, ...upserted } = await upsertEndpoint(runtime(), input);
      const saved = await view(id);
      return { ...saved, ...upserted, ...(await addressWarnings(runtime(), saved)) };
    },

    /** @throws CoreError NOT_FOUND; CONFLICT with unfinished messages, unless `cancelPending`. */
    async remove(id: number, cancelPending = false): Promise<{ id: number; canceled: number }> {
      const endpoint = await find(id);
      parseInput(z.boolean(), cancelPending, 'cancelPending');
      const { pending } = await countsOf(id);
      if (pending > 0 && !cancelPending) {
        throw new CoreError(
          'CONFLICT',
          `${pending} messages to "${endpoint.name}" are not completed; cancel them as well (cancelPending=true), or wait`
        );
      }
      const now = runtime().clock.now();
      // Checks again, in its transaction.
      await store().deleteEndpoint(id, { cancelPending, now });
      // Its messages are on hold now, and canceled in batches. If interrupted, upkeep continues.
      await runtime().directory.refresh();
      for (const by of ['endpoint', 'actors'] as const) {
        await store().removeWithheld(holderOf({ by, id }));
      }
      const { canceled } = await store().finishDeletion(id, { now });
      return { id, canceled };
    },

    /** Holds its messages until `resume`. Attempts in progress are completed. */
    async pause(id: number, given?: string): Promise<EndpointView> {
      const endpoint = await find(id);
      const reason = parseInput(pauseReason, given, 'reason');
      if (endpoint.state === 'disabled') {
        throw new CoreError(
          'CONFLICT',
          `"${endpoint.name}" is disabled (${endpoint.stateReason ?? 'no reason given'}), so its messages are already on hold`
        );
      }
      const write = {
        state: 'paused' as const,
        stateReason: reason ?? null,
        stateChangedAt: runtime().clock.now(),
      };
      return change(id, write, endpoint.version);
    },

    /**
     * Makes a paused or disabled endpoint active again, and delivers or skips the messages on hold. A
     * suspended endpoint is tried now.
     *
     * @throws CoreError NOT_FOUND; CONFLICT when it is active and not suspended.
     */
    async resume(id: number, input: ResumeInput): Promise<EndpointView & ResumeResult> {
      const endpoint = await find(id);
      const { held } = parseInput(resumeInput, input);
      if (endpoint.state === 'active' && !endpoint.breaker?.open) {
        throw new CoreError('CONFLICT', `"${endpoint.name}" is active, so no messages are on hold`);
      }
      const count = held === 'skip' ? await skipHeld(runtime(), id) : (await countsOf(id)).pending;
      const write = {
        state: 'active' as const,
        stateReason: null,
        stateChangedAt: runtime().clock.now(),
        firstFailureAt: null,
        // A suspended endpoint is tried with one message at once; if it fails, the others wait.
        ...(endpoint.breaker !== null && { breaker: withProbeDue(endpoint.breaker) }),
      };
      const resumed = await change(id, write, endpoint.version);
      if (endpoint.breaker?.open) await expediteOne(runtime(), id);
      runtime().wake();
      return { ...resumed, count };
    },

    /** @throws CoreError NOT_FOUND, INVALID_SECRET; CONFLICT during the overlap of an earlier secret. */
    async rotateSecret(
      id: number,
      given: RotateInput = {}
    ): Promise<EndpointView & EndpointSecret> {
      const { clock, crypt } = runtime();
      const endpoint = await find(id);
      const input = parseInput(rotateInput, given);
      const { managedBy, name } = endpoint;
      if (managedBy !== null && bringsSecret(strapi, name)) {
        throw managedError(`the signing secret of "${name}"`, managedBy);
      }
      const until = endpoint.previousSecretUntil ?? 0;
      if (until > clock.now() && input.force !== true) {
        throw stillInOverlap(until);
      }
      const overlapMs = input.overlapMs ?? DEFAULT_OVERLAP_MS;
      const secret =
        input.secret === undefined ? freshSecret(runtime()) : checkedSecret(input.secret);
      const rotated = await change(
        id,
        {
          secret: crypt.encrypt(secret),
          previousSecret: overlapMs === 0 ? null : endpoint.secret,
          previousSecretUntil: overlapMs === 0 ? null : clock.now() + overlapMs,
        },
        endpoint.version
      );
      return { ...rotated, ...secretView(secret) };
    },

    /** @throws CoreError as saving the policy would. */
    previewRetries: (retryPolicy: unknown): RetryPreview => ({
      delaysMs: nominalDelays(validateRetryPolicy(retryPolicy, 'retryPolicy')),
    }),

    /** Takes the fields that it is sent now for those that its receiver expects. */
    async acknowledgeSchema(id: number): Promise<EndpointView> {
      await find(id);
      await runtime().schemaGuard.acknowledge(id);
      return view(id);
    },

    /** Sends a test message once, also to a paused endpoint. */
    async test(id: number): Promise<TestSendResult> {
      await find(id);
      return sendTest(strapi, runtime(), id);
    },

    /**
     * Sends the event that an entry would cause once, if it passes the filters of the endpoint and its topics.
     *
     * @throws CoreError naming the part of the entry that is wrong; NOT_FOUND, CONFLICT as `test`.
     */
    async testEntry(id: number, given: EntryTestInput): Promise<EntryTestResult> {
      await find(id);
      return testEntry(runtime(), id, parseInput(entryTestInput, given));
    },
  };
};

export type EndpointsService = ReturnType<typeof createEndpointsService>;
