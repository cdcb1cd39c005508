import { useEffect } from 'react';

const INTERVAL_MS = 3_000;

/**
 * Asks again every few seconds while something on the page is still moving, and never for a tab that
 * nobody looks at.
 */
export const useRefetchWhile = (isMoving: boolean, refetch: () => unknown): void => {
  useEffect(() => {
    if (!isMoving) return undefined;
    const timer = window.setInterval(() => {
      if (!document.hidden) refetch();
    }, INTERVAL_MS);
    return () => window.clearInterval(timer);
  }, [isMoving, refetch]);
};
