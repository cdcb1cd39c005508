/** Compares the settings of an item before and after a change. Secret values are compared, and never kept. */

export interface Setting {
  value: unknown;
  /** Kept instead of the value, of which it shows a part or nothing. */
  shown?: unknown;
}

/** Settings by name. */
export type Settings = Readonly<Record<string, Setting>>;

export interface SettingChange {
  setting: string;
  /** Null: it was not set. */
  from: unknown;
  /** Null: it is not set any more. */
  to: unknown;
}

/** Stands for a secret value. */
export const MASKED = '••••••';

/** Longer values are cut, so that a row stays small. */
const MAX_VALUE_LENGTH = 4_000;

/** Lists the settings whose values differ, by name. */
export function changesOf(before: Settings, after: Settings): SettingChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => textOf(before[name]) !== textOf(after[name]))
    .map((name) => ({ setting: name, from: kept(before[name]), to: kept(after[name]) }));
}

const textOf = (setting: Setting | undefined): string => JSON.stringify(setting?.value ?? null);

function kept(setting: Setting | undefined): unknown {
  if (setting === undefined || (setting.value ?? null) === null) return null;
  const value = 'shown' in setting ? setting.shown : setting.value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MAX_VALUE_LENGTH ? value : `${text.slice(0, MAX_VALUE_LENGTH)}…`;
}
