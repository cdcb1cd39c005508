/** Sets of events that most endpoints want, to be chosen with one click. Pure. */

export const EVENT_CHOICES = {
  published: ['entry.publish', 'entry.unpublish'],
  changed: ['entry.*'],
  media: ['media.*'],
  everything: ['*'],
} as const satisfies Record<string, readonly string[]>;

export type EventChoice = keyof typeof EVENT_CHOICES;

export const CHOICES = Object.keys(EVENT_CHOICES) as EventChoice[];

/** @returns undefined when the patterns are none of the choices. */
export function choiceOf(patterns: readonly string[]): EventChoice | undefined {
  const sorted = [...patterns].sort().join();
  return CHOICES.find((choice) => [...EVENT_CHOICES[choice]].sort().join() === sorted);
}
