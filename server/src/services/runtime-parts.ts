/** What a running plugin consists of; `runtime.ts` puts it together. */
import type { PluginConfig } from '../config/schema';
import type { UrlPolicy } from '../core/url-safety';
import type { Clock, Log } from '../dispatcher/ports';
import type { FullStore } from '../store/types';
import type { Directory } from './directory';
import type { DispatcherHandle } from './dispatcher';
import type { EnvironmentBinding } from './environment';
import type { Keys } from './keys';
import type { Maintenance } from './maintenance';
import type { Probes } from './probes';
import type { Recorder } from './recorder';
import type { Redactor } from './redaction';
import type { RetentionSize } from './retention-size';
import type { Crypt } from './secrets';
import type { Watch } from './watch';

export interface Runtime {
  config: PluginConfig;
  store: FullStore;
  crypt: Crypt;
  keys: Keys;
  directory: Directory;
  recorder: Recorder;
  urlPolicy: UrlPolicy;
  redactor: Redactor;
  clock: Clock;
  randomBytes: (length: number) => Buffer;
  dispatcher: DispatcherHandle;
  environment: EnvironmentBinding;
  watch: Watch;
  probes: Probes;
  /** Why nothing gets out of here (the proxy does not work), or null. */
  outboundProblem(): string | null;
  maintenance: Maintenance;
  retentionSize: RetentionSize;
  log: Log;
  /** Sends what is due, now. Returns at once. */
  wake(): void;
  /** What happens each second besides delivery: seeing other nodes' changes, schedules, jobs, retention. */
  everySecond(): Promise<void>;
  /** Reads keys, topics and endpoints, begins to capture and to tick. Called once, by `bootstrap`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
