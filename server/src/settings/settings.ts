/**
 * Applies the settings file of the project at boot, and says how it differs from what is stored.
 *
 * Nodes that boot at once take turns: the second one finds nothing to do. When nothing differs, nothing is
 * written or locked.
 */
import type { Core } from '@strapi/strapi';

import { CoreError, InvalidInputError, type InputProblem } from '../core/errors';
import { SETTINGS_FILE } from '../core/routing/managed';
import { readSettingsFile } from '../host/settings-file';
import { runtimeOf } from '../runtime/runtime';
import { readStored, startPlan, type Created, type SettingsChange, type Step } from './plan';
import { planEndpoints } from './plan-endpoints';
import { planSchedules } from './plan-schedules';
import { planTopics } from './plan-topics';

export type { SettingsChange };

/** The difference between settings and what is stored. */
export interface SettingsPlan {
  /** Of the project that answers. */
  file: string;
  changes: SettingsChange[];
}

const textOf = ({ field, message }: InputProblem): string =>
  field === '' ? message : `${field}: ${message}`;

const reasonOf = (error: CoreError): string =>
  error instanceof InvalidInputError ? error.problems.map(textOf).join('; ') : error.message;

const DONE = { create: 'created', change: 'changed', pause: 'paused' } as const;

/** Names fields, and no values. */
function lineOf({ kind, name, action, changes }: SettingsChange): string {
  const fields = changes.map(({ field }) => field).join(', ');
  const what = `${SETTINGS_FILE}: ${DONE[action]} the ${kind} "${name}"`;
  if (action === 'pause') return `${what}, which it does not contain any more`;
  return fields === '' ? what : `${what} (${fields})`;
}

export const createSettingsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);

  /** @throws InvalidInputError with everything that is wrong. */
  async function stepsOf(input: unknown): Promise<Step[]> {
    const on = startPlan(strapi, input, await readStored(runtime()));
    const topics = await planTopics(on);
    const endpointIds = await planEndpoints(on, topics);
    await planSchedules(on, topics, endpointIds);
    if (on.problems.length > 0) throw new InvalidInputError(on.problems);
    return on.steps;
  }

  async function write(input: unknown): Promise<Step[]> {
    const { store } = runtime();
    return store.inTransaction(async () => {
      await store.touchDirectory();
      const steps = await stepsOf(input);
      const created: Created = new Map();
      for (const step of steps) await step.write(created);
      return steps;
    });
  }

  return {
    /**
     * Makes what is stored what the file says. Called once, by `bootstrap`.
     *
     * @throws Error naming the file, the key and the reason. Nothing is written then.
     */
    async apply(): Promise<void> {
      const { directory, log, stir } = runtime();
      const input = readSettingsFile(strapi);
      try {
        if ((await stepsOf(input)).length === 0) return;
        const steps = await write(input);
        for (const step of steps) {
          if (step.action === 'pause') log.warn(lineOf(step));
          else log.info(lineOf(step));
        }
      } catch (error) {
        if (!(error instanceof CoreError)) throw error;
        throw new Error(`${SETTINGS_FILE}: ${reasonOf(error)}`);
      }
      await directory.refresh();
      stir();
    },

    /**
     * @param input settings in place of those of the file.
     * @throws InvalidInputError with everything that is wrong.
     */
    async plan(input: unknown = readSettingsFile(strapi)): Promise<SettingsPlan> {
      const steps = await stepsOf(input);
      const changes = steps.map(({ kind, name, action, changes: fields }) => ({
        ...{ kind, name, action },
        changes: fields,
      }));
      return { file: SETTINGS_FILE, changes };
    },
  };
};

export type SettingsService = ReturnType<typeof createSettingsService>;
