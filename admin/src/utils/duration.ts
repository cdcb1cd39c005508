/** Splits durations into readable units. Pure. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './time';

const UNITS = [
  { unit: 'day', ms: DAY_MS },
  { unit: 'hour', ms: HOUR_MS },
  { unit: 'minute', ms: MINUTE_MS },
  { unit: 'second', ms: SECOND_MS },
] as const;

export type DurationUnit = (typeof UNITS)[number]['unit'] | 'millisecond';

export interface DurationPart {
  value: number;
  unit: DurationUnit;
}

/** At most two units, the second only when not zero: 9,000,000 ms is 2 hours 30 minutes. */
export const durationParts = (durationMs: number): DurationPart[] => {
  if (durationMs < 1_000) return [{ value: Math.round(durationMs), unit: 'millisecond' }];
  const largest = UNITS.findIndex(({ ms }) => durationMs >= ms);
  const parts: DurationPart[] = [];
  let restMs = durationMs;
  for (const { unit, ms } of UNITS.slice(largest, largest + 2)) {
    const value = unit === 'second' ? Math.round(restMs / 100) / 10 : Math.floor(restMs / ms);
    if (value > 0) parts.push({ value, unit });
    restMs -= value * ms;
  }
  return parts;
};

/** Largest unit in which the distance is at least one, as in "in 3 hours". */
export const relativeParts = (
  deltaMs: number
): DurationPart & { unit: Exclude<DurationUnit, 'millisecond'> } => {
  const { unit, ms } = UNITS.find((one) => Math.abs(deltaMs) >= one.ms) ?? UNITS[3];
  return { value: Math.trunc(deltaMs / ms), unit };
};
