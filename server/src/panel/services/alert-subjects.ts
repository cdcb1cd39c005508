/** Reads the condition of every endpoint, and of the messages to URLs, as the rules of alerts ask for it. */
import { FAILED_WITHIN_MS, type Condition } from '../../core/health/alerts';
import { NO_ENDPOINT } from '../../core/message/limits';
import { isSuspended, type EndpointSettings } from '../../delivery/engine/directory';
import type { Runtime } from '../../runtime/runtime';
import type { EndpointRecord } from '../../store/types';
import type { AlertSettings } from '../contract';

/** An endpoint as it is stored: its health changes more often than its settings. */
export type SeenEndpoint = EndpointRecord & Pick<EndpointSettings, 'problem'>;

export interface Subject {
  /** Null: messages to URLs. */
  endpoint: SeenEndpoint | null;
  condition: Condition;
  seenAt: number;
}

type ById = ReadonlyMap<number, number>;
const NONE: ById = new Map();

export async function readSubjects(
  { store, directory, clock }: Runtime,
  { failedMessages, backlogMs }: AlertSettings
): Promise<Subject[]> {
  await directory.refreshIfChanged();
  const seenAt = clock.now();
  const failed = failedMessages ? await store.failedSince(seenAt - FAILED_WITHIN_MS) : NONE;
  const oldest = backlogMs === null ? NONE : await store.oldestDueByEndpoint(seenAt);
  const endpoints = (await store.listEndpoints()).map((endpoint) => ({
    ...endpoint,
    problem: directory.endpoint(endpoint.id)?.problem ?? null,
  }));
  return [null, ...endpoints].map((endpoint) => ({
    endpoint,
    condition: conditionOf(endpoint, failed, oldest),
    seenAt,
  }));
}

function conditionOf(endpoint: SeenEndpoint | null, failed: ById, oldest: ById): Condition {
  const id = endpoint?.id ?? NO_ENDPOINT;
  return {
    state: endpoint?.state ?? 'active',
    isHeld: endpoint !== null && (endpoint.problem !== null || isSuspended(endpoint)),
    firstFailureAt: endpoint?.firstFailureAt ?? null,
    failed: failed.get(id) ?? 0,
    oldestDueAt: oldest.get(id) ?? null,
  };
}
