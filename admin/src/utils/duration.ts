/** Splits durations into readable units. Pure. */

const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1_000 },
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
