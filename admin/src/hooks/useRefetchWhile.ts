import { useEffect } from 'react';

const MOVING_MS = 3_000;
const IDLE_MS = 15_000;

const useInterval = (intervalMs: number | null, refetch: () => unknown): void => {
  useEffect(() => {
    if (intervalMs === null) return undefined;
    const timer = window.setInterval(() => {
      if (!document.hidden) refetch();
    }, intervalMs);
    return () => window.clearInterval(timer);
  }, [intervalMs, refetch]);
};

/** Reloads every few seconds while the data is about to change and the tab is visible. */
export const useRefetchWhile = (isMoving: boolean, refetch: () => unknown): void =>
  useInterval(isMoving ? MOVING_MS : null, refetch);

/** Reloads every few seconds while the data is about to change, and else now and then. */
export const useLiveRefetch = (isMoving: boolean, refetch: () => unknown): void =>
  useInterval(isMoving ? MOVING_MS : IDLE_MS, refetch);
