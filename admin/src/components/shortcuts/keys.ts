/** Finds what a key press means. The attribute `aria-keyshortcuts` of a control names its key. */

/** Where letters are typed, or chosen from a list. */
const TYPING =
  'input, textarea, select, [contenteditable="true"], [role="combobox"], [role="listbox"], [role="menu"]';
const OPEN_DIALOG = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  defaultPrevented: boolean;
  target: EventTarget | null;
}

/** Whether the key press may be a shortcut. */
export const isFree = (press: Pressed): boolean =>
  !press.defaultPrevented &&
  !press.ctrlKey &&
  !press.metaKey &&
  !press.altKey &&
  !(press.target instanceof Element && press.target.closest(TYPING)) &&
  document.querySelector(OPEN_DIALOG) === null;

/** The control that has this shortcut on the page, if it can be used. */
export const controlOf = (key: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(
    `main [aria-keyshortcuts="${CSS.escape(key)}"]:not([disabled], [aria-disabled="true"])`
  );

const rows = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>('main tbody tr')].filter(
    (row) => row.getClientRects().length > 0
  );

/** Focuses the first link or button of the next row, or of the one before. */
export function moveRow(step: 1 | -1): void {
  const all = rows();
  const here = document.activeElement?.closest('tr') ?? null;
  const at = here === null ? -1 : all.indexOf(here);
  const next = at === -1 ? all.at(step === 1 ? 0 : -1) : all[at + step];
  next?.querySelector<HTMLElement>('a[href], button:not([role="checkbox"])')?.focus();
}

/** Ticks or unticks the row of the focus. */
export const tickRow = (): void =>
  document.activeElement?.closest('tr')?.querySelector<HTMLElement>('[role="checkbox"]')?.click();
