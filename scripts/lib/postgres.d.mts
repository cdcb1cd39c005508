export interface RestartableServer {
  url: string;
  /** `asked` ends everybody's work first; `killed` is a crash, after which what was committed is there. */
  restart(how: 'asked' | 'killed', downMs?: number): Promise<void>;
  stop(): Promise<void>;
}

export function startPostgres(options?: { survivesCrash?: boolean }): Promise<RestartableServer>;
