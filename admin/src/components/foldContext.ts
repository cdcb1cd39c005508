import { createContext } from 'react';

/** Folds the section card inside: what is seen of it when folded, and whether it is. */
export interface Folding {
  summary: string;
  isOpen: boolean;
  toggle: () => void;
}

/** Null: the card cannot be folded. */
export const FoldContext = createContext<Folding | null>(null);
