/** The place in a page's header where its form puts the save button. */
import { createContext, useContext } from 'react';

const HeaderSlot = createContext<HTMLElement | null>(null);

export const HeaderSlotProvider = HeaderSlot.Provider;

/** Null until the header is there. */
export const useHeaderSlot = (): HTMLElement | null => useContext(HeaderSlot);
