import { useEffect } from 'react';

const INTERVAL_MS = 3_000;

/** Reloads every few seconds while the data is about to change and the tab is visible. */
export const useRefetchWhile = (isMoving: boolean, refetch: () => unknown): void => {
  useEffect(() => {
    if (!isMoving) return undefined;
    const timer = window.setInterval(() => {
      if (!document.hidden) refetch();
    }, INTERVAL_MS);
    return () => window.clearInterval(timer);
  }, [isMoving, refetch]);
};
