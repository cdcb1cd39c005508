import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router-dom';

import { useStored } from '../../hooks/useStored';
import { placesFor } from '../places';
import { controlOf, isFree, moveRow, tickRow } from './keys';
import { ShortcutsDialog } from './ShortcutsDialog';

import type { Can } from '../../hooks/usePermissions';

/** A second key follows the first within this time. */
const SEQUENCE_MS = 1_500;
const GO = 'g';
/** Time stamps begin at 0 when the page is loaded. */
const NEVER = -Infinity;

interface ShortcutsProps {
  can: Can;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
}

/** Keyboard shortcuts of all pages, and their help. Single keys can be turned off. */
export const Shortcuts = ({ can, isOpen, onOpen }: ShortcutsProps) => {
  const [isOn, setIsOn] = useStored('shortcuts', true);
  const navigate = useNavigate();
  const goneAt = useRef(NEVER);
  const places = placesFor(can);
  const latest = useRef<(event: KeyboardEvent) => void>(() => undefined);

  latest.current = (event) => {
    if (!isFree(event)) return;
    const isGoing = event.timeStamp - goneAt.current < SEQUENCE_MS;
    goneAt.current = NEVER;
    if (isGoing) {
      const place = places.find(({ key }) => key === event.key);
      if (place !== undefined) navigate(place.to);
      return;
    }
    if (event.key === GO) goneAt.current = event.timeStamp;
    else if (event.key === '?') onOpen(true);
    else if (event.key === 'j' || event.key === 'k') moveRow(event.key === 'j' ? 1 : -1);
    else if (event.key === 'x') tickRow();
    else use(event);
  };

  useEffect(() => {
    if (!isOn) return undefined;
    const listener = (event: KeyboardEvent) => latest.current(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, [isOn]);

  if (!isOpen) return null;
  return (
    <ShortcutsDialog places={places} isOn={isOn} onToggle={setIsOn} onClose={() => onOpen(false)} />
  );
};

/** Presses the control of the key. A field is focused, and the letter is not typed into it. */
function use(event: KeyboardEvent): void {
  const control = controlOf(event.key);
  if (control === null) return;
  event.preventDefault();
  if (control instanceof HTMLInputElement) control.focus();
  else control.click();
}
