/** The result, in columns: the plugin and Strapi's own webhooks, side by side. */
import type { CampaignResult, Round } from './campaign';
import { SCENARIOS } from './scenarios';
import type { System } from './protocol';
import type { Findings } from './verdict';

const COLUMNS: readonly [heading: string, value: (found: Sum) => number][] = [
  ['rounds', (found) => found.rounds],
  ['committed', (found) => found.committed],
  ['rolled back', (found) => found.rolledBack],
  ['delivered', (found) => found.delivered],
  ['lost', (found) => found.lost],
  ['phantom', (found) => found.phantom],
  ['duplicated', (found) => found.duplicated],
];
const TITLES: Record<System, string> = {
  plugin: 'guaranteed webhooks',
  native: "Strapi's own webhooks",
};
const SEPARATOR = ' │ ';

/** Null: not played. */
export interface Results {
  plugin: CampaignResult;
  native: CampaignResult | null;
}
export type Sum = Findings & { rounds: number };

const NOTHING: Sum = {
  rounds: 0,
  committed: 0,
  rolledBack: 0,
  delivered: 0,
  lost: 0,
  phantom: 0,
  duplicated: 0,
  duplicatedUnrecorded: 0,
  duplicatedUnheard: 0,
  inconsistent: 0,
  vanished: 0,
};

export function sum(rounds: readonly Round[]): Sum {
  const total = { ...NOTHING, rounds: rounds.length };
  for (const round of rounds) {
    for (const key of Object.keys(NOTHING) as (keyof Sum)[]) {
      if (key !== 'rounds') total[key] += round[key];
    }
  }
  return total;
}

export function renderTable({ plugin, native }: Results): string {
  const columns: [System, readonly Round[]][] = [['plugin', plugin.rounds]];
  if (native !== null) columns.push(['native', native.rounds]);
  const played = SCENARIOS.filter(({ name }) =>
    columns.some(([, rounds]) => rounds.some(({ scenario }) => scenario.name === name))
  );
  const names = [...played.map((scenario) => scenario.name), 'together'];
  const nameWidth = Math.max(...names.map((name) => name.length));
  const widths = COLUMNS.map(([heading]) => heading.length);
  const groupWidth = widths.reduce((all, width) => all + width + 1, -1);
  const line = (name: string, groups: readonly string[]): string =>
    [name.padEnd(nameWidth), ...groups].join(SEPARATOR).trimEnd();
  const cells = (values: readonly (string | number)[]): string =>
    values.map((value, index) => String(value).padStart(widths[index] ?? 0)).join(' ');
  const cellsOf = (rounds: readonly Round[]): string =>
    rounds.length === 0
      ? cells(COLUMNS.map(() => '·'))
      : cells(COLUMNS.map(([, value]) => value(sum(rounds))));

  const rows = played.map((scenario) =>
    line(
      scenario.name,
      columns.map(([, rounds]) =>
        cellsOf(rounds.filter((round) => round.scenario.name === scenario.name))
      )
    )
  );
  const headings = cells(COLUMNS.map(([heading]) => heading));
  const rule = '─'.repeat(nameWidth + columns.length * (groupWidth + SEPARATOR.length));
  return [
    line(
      'what happened',
      columns.map(([system]) => TITLES[system].padEnd(groupWidth))
    ),
    line(
      '',
      columns.map(() => headings)
    ),
    rule,
    ...rows,
    rule,
    line(
      'together',
      columns.map(([, rounds]) => cellsOf(rounds))
    ),
    '',
    ...explanations(plugin),
  ].join('\n');
}

function explanations({ rounds, orphans, notDelivered }: CampaignResult): string[] {
  const total = sum(rounds);
  return [
    `duplicated: ${total.duplicated}; nothing recorded between the answer and the end: ` +
      `${total.duplicatedUnrecorded}, answered too late: ${total.duplicatedUnheard}; ` +
      `with another webhook-id or other bytes: ${total.inconsistent}`,
    `acknowledged and vanished: ${total.vanished}; messages not delivered at the end: ` +
      `${notDelivered}; orphaned rows: ${orphans}`,
  ];
}

/** What is wrong with the plugin, in words; empty when every promise held. */
export function violations({ rounds, orphans, notDelivered }: CampaignResult): string[] {
  const total = sum(rounds);
  const unexplained = total.duplicated - total.duplicatedUnrecorded - total.duplicatedUnheard;
  const counts: [number, string][] = [
    [total.lost, 'committed changes were lost'],
    [total.phantom, 'changes arrived that were never committed'],
    [unexplained, 'messages were sent again although their delivery was recorded'],
    [total.inconsistent, 'messages changed their id or their bytes'],
    [total.vanished, 'acknowledged changes vanished'],
    [notDelivered, 'messages are not delivered at the end'],
    [orphans, 'rows are orphaned'],
  ];
  return counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
}
