/** The ways to die, in the order of a message's life, and what the receiver is like meanwhile. */
import type { KillPoint, System, Work } from './protocol';
import type { Mood } from './receiver';

export interface Scenario {
  /** As the table says it. */
  name: string;
  work: Work;
  killPoint: KillPoint | null;
  mood: Mood;
  /** Chosen by lot up to here, so that rounds differ in what else is under way. */
  maxOccurrence: number;
  /** Strapi's own webhooks have no claim, settlement, retention or replay to die in. */
  systems: readonly System[];
}

const BOTH: readonly System[] = ['plugin', 'native'];
const PLUGIN: readonly System[] = ['plugin'];

const change = (
  name: string,
  killPoint: KillPoint | null,
  systems: readonly System[]
): Scenario => ({
  name,
  work: 'changes',
  killPoint,
  mood: 'healthy',
  maxOccurrence: 12,
  systems,
});

export const SCENARIOS: readonly Scenario[] = [
  change('before the commit', 'before-commit', PLUGIN),
  change('after the commit, before the wake', 'after-commit', BOTH),
  change('after the claim', 'after-claim', PLUGIN),
  change('as the request begins', 'request-begun', BOTH),
  change('after the response, before settling', 'after-response', BOTH),
  change('during the settlement', 'during-settle', PLUGIN),
  change('after the settlement', 'after-settle', PLUGIN),
  { ...change('during a purge', 'during-purge', PLUGIN), work: 'purge', maxOccurrence: 2 },
  {
    ...change('during a replay job', 'during-replay', PLUGIN),
    work: 'replay',
    maxOccurrence: 3,
  },
  {
    ...change('between two steps of a replay job', 'between-replay-steps', PLUGIN),
    work: 'replay',
    maxOccurrence: 2,
  },
  change('at a random moment', null, BOTH),
  { ...change('at random, receiver failing 1 in 5', null, BOTH), mood: 'flaky' },
];
