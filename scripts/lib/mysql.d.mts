import type { RestartableServer } from './postgres.mjs';

export function findMysql(): string | undefined;
export function startMysql(program: string): Promise<RestartableServer>;
