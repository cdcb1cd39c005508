/** What a running plugin consists of; `runtime.ts` puts it together. */
import type { PluginConfig } from '../config/schema';
import type { UrlPolicy } from '../core/safety/url-safety';
import type { Clock, Log } from '../delivery/loop/ports';
import type { FullStore } from '../store/types';
import type { Directory } from '../delivery/engine/directory';
import type { DispatcherHandle } from '../delivery/upkeep/dispatcher';
import type { EnvironmentBinding } from '../host/environment';
import type { Keys } from '../host/keys';
import type { Maintenance } from '../delivery/upkeep/maintenance';
import type { Probes } from '../delivery/engine/probes';
import type { Recorder } from '../delivery/engine/recorder';
import type { Redactor } from '../host/redaction';
import type { RetentionSize } from '../delivery/upkeep/retention-size';
import type { Crypt } from '../host/secrets';
import type { Watch } from '../delivery/upkeep/watch';

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
  /** Why the database cannot store some text as it is, or null. Known once started. */
  textProblem(): string | null;
  maintenance: Maintenance;
  retentionSize: RetentionSize;
  log: Log;
  /** Sends what is due, now. Returns at once. */
  wake(): void;
  /** The work of each second apart from delivery: other nodes' changes, schedules, jobs, retention. */
  everySecond(): Promise<void>;
  /** Reads keys, topics and endpoints, begins to capture and to tick. Called once, by `bootstrap`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
