/**
 * Compares the settings file with what is stored, and writes nothing.
 *
 * Everything is checked as the API checks it. A topic or endpoint that is yet to be created has a provisional
 * id, which its step replaces.
 */
import type { Core } from '@strapi/strapi';

import type { FieldChange } from '../api/differences';
import { CoreError, InvalidInputError, type InputProblem } from '../core/errors';
import { MAX_SHORT_ID } from '../core/message/row-id';
import { SETTINGS_FILE } from '../core/routing/managed';
import { runtimeOf, type Runtime } from '../runtime/runtime';
import type { ScheduleRecord } from '../store/gates/gate-types';
import type { EndpointRecord, TopicRecord } from '../store/types';
import { parseSettings, type Fields, type Settings } from './file';

export interface SettingsChange {
  kind: 'topic' | 'endpoint' | 'schedule';
  name: string;
  /** `pause`: it is not in the file any more. */
  action: 'create' | 'change' | 'pause';
  changes: FieldChange[];
}

/** Ids of rows that were created, by provisional id. */
export type Created = Map<number, number>;

export interface Step extends SettingsChange {
  write: (created: Created) => Promise<void>;
}

export interface Stored {
  topics: TopicRecord[];
  endpoints: EndpointRecord[];
  schedules: ScheduleRecord[];
}

export interface Planning {
  strapi: Core.Strapi;
  runtime: Runtime;
  settings: Settings;
  stored: Stored;
  steps: Step[];
  problems: InputProblem[];
  /** Provisional ids, all different. */
  nextId: () => number;
}

export const readStored = async ({ store }: Runtime): Promise<Stored> => ({
  topics: await store.listTopics(),
  endpoints: await store.listEndpoints(),
  schedules: await store.listSchedules(),
});

/** @throws InvalidInputError when the parts of the settings are not what they should be. */
export function startPlan(strapi: Core.Strapi, input: unknown, stored: Stored): Planning {
  let lastId = MAX_SHORT_ID;
  return {
    ...parseSettings(input),
    strapi,
    runtime: runtimeOf(strapi),
    stored,
    steps: [],
    nextId: () => lastId--,
  };
}

/** Some messages begin with their field. */
const reasonOf = ({ field, message }: InputProblem): string =>
  message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;

interface Item {
  /** `endpoints.search` */
  path: string;
  fields: Fields;
  /** Fields of the API that the file has otherwise. */
  hidden: readonly string[];
}

/**
 * Notes what is wrong with an item.
 *
 * @param pathOf the file's path of a field of the API.
 * @returns undefined when something is.
 */
export async function attempt<T>(
  { problems }: Planning,
  { path, fields, hidden }: Item,
  run: () => T | Promise<T>,
  pathOf: (field: string) => string = (field) => field
): Promise<T | undefined> {
  const at = (field: string): string => (field === '' ? path : `${path}.${field}`);
  const unknown = hidden.filter((name) => name in fields);
  problems.push(...unknown.map((name) => ({ field: at(name), message: 'is not a known field' })));
  try {
    const result = await run();
    return unknown.length > 0 ? undefined : result;
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    const { message, field = '' } = error;
    const found = error instanceof InvalidInputError ? error.problems : [{ field, message }];
    problems.push(
      ...found.map((one) => ({ field: at(pathOf(one.field)), message: reasonOf(one) }))
    );
    return undefined;
  }
}

/** The mark that the file takes over what it describes. */
export function takesOver(stored: { managedBy: string | null }): FieldChange[] {
  if (stored.managedBy === SETTINGS_FILE) return [];
  return [{ field: 'managedBy', from: stored.managedBy, to: SETTINGS_FILE }];
}

/** Finds the items that the file described once, and does not any more. */
export const leavers = <T extends { managedBy: string | null }>(
  stored: readonly T[],
  nameOf: (one: T) => string,
  names: Settings['topics']
): T[] => {
  const named = new Set(names.map(([name]) => name));
  return stored.filter((one) => one.managedBy === SETTINGS_FILE && !named.has(nameOf(one)));
};
