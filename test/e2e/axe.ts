/** Automated accessibility checks: what axe finds serious or critical in what is ours. */
import { readFileSync } from 'node:fs';

import type { Locator, Page } from 'playwright-core';

import { word } from './words';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Strapi's own: its main menu, the banner on top, its notifications, the title of a widget; and of its
 * components, inside our pages, what no user of them can change.
 */
const NOT_OURS = [
  `nav[aria-label]:not([aria-label="${word('nav.label')}"]):not([aria-label="${word('pager.label')}"])`,
  '[class*="Banner"]',
  '[data-radix-focus-guard]',
  'h2[id^="plugin::"]',
  // The cross on a tag of the design system's MultiSelect, inside its combobox: it has no label, and
  // MultiSelect takes none for it. Unticking the option in the list does the same.
  '[role="combobox"] button[aria-disabled="false"]:not([aria-label])',
];

interface Finding {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

interface AxeWindow {
  axe: { run(context: object): Promise<{ violations: Finding[] }> };
}

/** @param within looks at this part of the page alone: the rest is Strapi's. */
export async function findings(page: Page, within?: Locator): Promise<string[]> {
  // What fades in is half transparent, and has no contrast yet. An animation may be given up.
  await page.evaluate('Promise.allSettled(document.getAnimations().map((one) => one.finished))');
  await page.evaluate(AXE);
  const report = await (within ?? page.locator('html')).evaluate(
    (element, exclude) =>
      (globalThis as unknown as AxeWindow).axe.run({ include: [element], exclude }),
    NOT_OURS.map((selector) => [selector])
  );
  return report.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`)
    );
}
