import { styled } from 'styled-components';

import { useRef, type MouseEvent, type ReactNode } from 'react';

/** Elements that have a click of their own. */
const CONTROL = 'a, button, input, label';
/** Elements that are small: a click that just misses one does not open the row. */
const SMALL = 'button, input';
/** Pixels. The pointer moves further when it selects text. */
const STEADY = 4;

/** The link of the item, in the first cell that is not for selecting. */
const linkOf = (row: HTMLTableRowElement): HTMLAnchorElement | null =>
  [...row.cells]
    .find((cell) => cell.querySelector('[role="checkbox"]') === null)
    ?.querySelector('a[href]') ?? null;

/** The link that a click opens; null when the click is for something else. */
function opened({ target, currentTarget, defaultPrevented }: MouseEvent): HTMLAnchorElement | null {
  // Events of menus and dialogs come from outside the table.
  if (!(target instanceof Element) || !currentTarget.contains(target)) return null;
  if (defaultPrevented || target.closest(CONTROL) !== null) return null;
  if (target.closest('td')?.querySelector(SMALL)) return null;
  const row = target.closest('tr');
  // A single cell has what another row opens to.
  return row === null || row.cells.length === 1 ? null : linkOf(row);
}

const Body = styled.tbody`
  tr:has(td + td):has(a[href]) {
    cursor: pointer;
  }
  tr:has(td + td):has(a[href]):hover {
    background: ${({ theme }) => theme.colors.neutral100};
  }
`;

/** Rows that open on a click anywhere, as their first link does. Keyboards and screen readers use the link. */
export const OpeningRows = ({ children }: { children: ReactNode }) => {
  const pressed = useRef({ x: 0, y: 0 });
  const moved = ({ clientX, clientY }: MouseEvent): boolean =>
    Math.hypot(clientX - pressed.current.x, clientY - pressed.current.y) > STEADY;

  return (
    <Body
      onMouseDown={({ clientX: x, clientY: y }: MouseEvent) => {
        pressed.current = { x, y };
      }}
      onClick={(event: MouseEvent) => {
        if (moved(event)) return;
        const { ctrlKey, metaKey, shiftKey } = event;
        // In a new tab or window, if that is asked for.
        const keys = { ctrlKey, metaKey, shiftKey };
        opened(event)?.dispatchEvent(
          new window.MouseEvent('click', { bubbles: true, cancelable: true, ...keys })
        );
      }}
    >
      {children}
    </Body>
  );
};
