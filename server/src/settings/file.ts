/** Reads the settings file of the project: topics, endpoints and schedules by name. */
import { z } from 'zod';

import type { InputProblem } from '../core/errors';
import { parseInput } from '../api/input';

/** Fields of one item as written. */
export type Fields = Readonly<Record<string, unknown>>;
type Section = readonly (readonly [name: string, fields: Fields])[];

export interface Settings {
  topics: Section;
  endpoints: Section;
  schedules: Section;
}

const section = z.record(z.string(), z.record(z.string(), z.unknown())).optional();
const settingsSchema = z.strictObject({
  topics: section,
  endpoints: section,
  schedules: section,
});

const SECTIONS = ['topics', 'endpoints', 'schedules'] as const;

/** MySQL takes names that differ only so for the same. */
const plain = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/**
 * @param input undefined: there is no file.
 * @throws InvalidInputError when the parts are not what they should be.
 */
export function parseSettings(input: unknown): { settings: Settings; problems: InputProblem[] } {
  const parsed = parseInput(settingsSchema, input ?? {});
  const [topics, endpoints, schedules] = SECTIONS.map((name) => Object.entries(parsed[name] ?? {}));
  const settings = { topics, endpoints, schedules } as Settings;
  return { settings, problems: SECTIONS.flatMap((name) => alike(name, settings[name])) };
}

function alike(sectionName: string, items: Section): InputProblem[] {
  const seen = new Map<string, string>();
  return items.flatMap(([name]) => {
    const other = seen.get(plain(name));
    seen.set(plain(name), name);
    if (other === undefined) return [];
    const message = `is too much like "${other}": two names may not differ only in case or spaces`;
    return [{ field: `${sectionName}.${name}`, message }];
  });
}
