/** Converts lists of delays such as `5s, 5m, 1h30m` to milliseconds and back. Pure. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './time';

const UNIT_MS = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS, ms: 1 } as const;

const DELAY = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|[smhd])/g;

const delayMsOf = (text: string): number =>
  [...text.matchAll(PART)].reduce(
    (sumMs, [, amount, unit]) => sumMs + Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS],
    0
  );

/** @returns the delays, or the first invalid part. */
export const parseDelays = (text: string): { delaysMs: number[] } | { badPart: string } => {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const badPart = parts.find((part) => !DELAY.test(part));
  if (badPart !== undefined) return { badPart };
  return { delaysMs: parts.map((part) => Math.round(delayMsOf(part))) };
};

const delayText = (delayMs: number): string => {
  let restMs = delayMs;
  let text = '';
  for (const [unit, unitMs] of Object.entries(UNIT_MS)) {
    const amount = Math.floor(restMs / unitMs);
    if (amount > 0) text += `${amount}${unit}`;
    restMs -= amount * unitMs;
  }
  return text === '' ? '0s' : text;
};

export const formatDelays = (delaysMs: readonly number[]): string =>
  delaysMs.map(delayText).join(', ');
