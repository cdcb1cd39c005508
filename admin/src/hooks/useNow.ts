/** One clock for all times on the page. Its timer runs only while something shows a time. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: number | undefined;

const tick = () => {
  nowMs = Date.now();
  listeners.forEach((listener) => listener());
};

const subscribe = (listener: () => void) => {
  if (listeners.size === 0) {
    nowMs = Date.now();
    timer = window.setInterval(tick, TICK_MS);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.clearInterval(timer);
  };
};

/** Epoch ms, updated every second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => nowMs);
