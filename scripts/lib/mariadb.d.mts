import type { RestartableServer } from './postgres.mjs';

export function findMariadb(): string | undefined;
export function startMariadb(): Promise<RestartableServer>;
