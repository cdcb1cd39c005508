/** Plans the schedules of the settings file, which name their endpoint. */
import isEqual from 'lodash/isEqual';
import { z } from 'zod';

import type { FieldChange } from '../api/differences';
import { parseInput } from '../api/input';
import {
  checkedSchedule,
  type CheckedSchedule,
  type Destinations,
  type ScheduledPublishView,
  type ScheduleInput,
} from '../api/schedule-input';
import { readPublish } from '../api/schedules';
import { InvalidInputError } from '../core/errors';
import { SETTINGS_FILE } from '../core/routing/managed';
import { UnreadableSecretError } from '../host/secrets';
import type { Runtime } from '../runtime/runtime';
import type { ManagedSchedule, ScheduleRecord } from '../store/gates/gate-types';
import type { TopicRecord } from '../store/types';
import type { Fields } from './file';
import { attempt, leavers, takesOver, type Planning } from './plan';

const managedBy = SETTINGS_FILE;
/** Why a schedule is paused that has left the file. Its return resumes it. */
const REMOVED = `It was removed from ${SETTINGS_FILE}.`;
const OF_TIMES = /^(cron|timezone|scheduleId|publish)\b/;

export async function planSchedules(
  on: Planning,
  topics: readonly TopicRecord[],
  endpointIds: ReadonlyMap<string, number>
): Promise<void> {
  const { runtime, settings, stored } = on;
  const destinations: Destinations = {
    hasTopic: (name) => topics.some((topic) => topic.name === name),
    hasEndpoint: (id) => [...endpointIds.values()].includes(id),
  };
  for (const [name, fields] of settings.schedules) {
    const item = { path: `schedules.${name}`, fields, hidden: ['scheduleId'] };
    const check = () =>
      checkedSchedule(runtime, inputOf(name, fields, endpointIds), {
        source: 'code',
        destinations,
      });
    const wanted = await attempt(on, item, check, fieldOf);
    const found = stored.schedules.find(({ scheduleId }) => scheduleId === name);
    if (wanted !== undefined) planSchedule(on, { ...wanted, scheduleId: name }, found);
  }
  const left = leavers(stored.schedules, ({ scheduleId }) => scheduleId, settings.schedules);
  left.forEach((schedule) => leave(on, schedule));
}

/** The publisher names its fields without their place in a schedule. */
function fieldOf(field: string): string {
  if (field === 'scheduleId') return '';
  const path = OF_TIMES.test(field) || field === '' ? field : `publish.${field}`;
  return path.replace(/^publish\.endpointId/, 'publish.endpoint');
}

const publishFields = z.looseObject({
  endpoint: z.string().optional(),
  endpointId: z.undefined('is not a known field: name the endpoint as "endpoint"').optional(),
});

/** @throws InvalidInputError for an endpoint that does not exist. */
function inputOf(
  name: string,
  fields: Fields,
  endpointIds: ReadonlyMap<string, number>
): ScheduleInput {
  const { endpoint, ...publish } = parseInput(publishFields, fields.publish, 'publish');
  const endpointId = endpoint === undefined ? undefined : endpointIds.get(endpoint);
  if (endpoint !== undefined && endpointId === undefined) {
    const message = `there is no endpoint "${endpoint}"`;
    throw new InvalidInputError([{ field: 'publish.endpoint', message }]);
  }
  const destination = endpointId === undefined ? {} : { endpointId };
  return { ...fields, scheduleId: name, publish: { ...publish, ...destination } } as ScheduleInput;
}

function planSchedule(
  { runtime, steps }: Planning,
  wanted: CheckedSchedule & { scheduleId: string },
  found: ScheduleRecord | undefined
): void {
  const { store, clock, crypt } = runtime;
  const { scheduleId: name, nextAt, publish, ...times } = wanted;
  const taken = found === undefined ? [] : takesOver(found);
  const changes = found === undefined ? [] : [...changesOf(runtime, wanted, found), ...taken];
  if (found !== undefined && changes.length === 0) return;
  const returns = taken.length > 0 && found?.lastError === REMOVED;
  const paused = found?.paused === true && !returns;
  if (returns) changes.push({ field: 'paused', from: true, to: false });
  steps.push({
    ...{ kind: 'schedule', name, action: found === undefined ? 'create' : 'change', changes },
    async write(created) {
      const { endpointId: id } = publish;
      const destination = id === undefined ? {} : { endpointId: created.get(id) ?? id };
      const write: ManagedSchedule = {
        ...times,
        ...{ scheduleId: name, managedBy, source: 'code', paused, lastError: null },
        publish: crypt.encrypt(JSON.stringify({ ...publish, ...destination })),
        nextAt: paused ? null : nextAt,
      };
      await store.manageSchedule(write, clock.now());
    },
  });
}

/** Says which fields differ. What is published may contain credentials, so values are left out. */
function changesOf(
  runtime: Runtime,
  wanted: CheckedSchedule,
  found: ScheduleRecord
): FieldChange[] {
  const times = (['cron', 'timezone'] as const)
    .filter((field) => wanted[field] !== found[field])
    .map((field) => ({ field, from: found[field], to: wanted[field] }));
  const stored = readable(runtime, found);
  if (stored === null) return [...times, { field: 'publish' }];
  const next = JSON.parse(JSON.stringify(wanted.publish)) as ScheduledPublishView;
  const fields = [...new Set([...Object.keys(stored), ...Object.keys(next)])] as const;
  const differing = (fields as (keyof ScheduledPublishView)[]).filter(
    (field) => !isEqual(stored[field], next[field])
  );
  return [...times, ...differing.map((field) => ({ field: `publish.${nameOf(field)}` }))];
}

const nameOf = (field: string): string =>
  ({ body: 'payload', endpointId: 'endpoint' })[field] ?? field;

function readable({ crypt }: Runtime, found: ScheduleRecord): ScheduledPublishView | null {
  try {
    return readPublish(found, crypt);
  } catch (error) {
    if (!(error instanceof UnreadableSecretError)) throw error;
    return null;
  }
}

function leave({ runtime, steps }: Planning, { scheduleId, paused }: ScheduleRecord): void {
  const { store, clock } = runtime;
  const pause = { paused: true, nextAt: null, lastError: REMOVED };
  steps.push({
    ...{ kind: 'schedule', name: scheduleId, action: 'pause' },
    changes: paused ? [] : [{ field: 'paused', from: false, to: true }],
    write: () =>
      store.manageSchedule({ scheduleId, managedBy: null, ...(!paused && pause) }, clock.now()),
  });
}
