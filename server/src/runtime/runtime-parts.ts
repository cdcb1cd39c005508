/** The parts of a running plugin. `runtime.ts` builds them. */
import type { PluginConfig } from '../config/schema';
import type { UrlPolicy } from '../core/safety/url-safety';
import type { Actors } from '../host/actors';
import type { Clock, Log, Router } from '../delivery/loop/ports';
import type { FullStore } from '../store/types';
import type { EventSchema, SchemaGuard } from '../delivery/engine/schema-guard';
import type { Directory } from '../delivery/engine/directory';
import type { DispatcherHandle } from '../delivery/upkeep/dispatcher';
import type { EnvironmentBinding } from '../host/environment';
import type { Keys } from '../host/keys';
import type { Maintenance } from '../delivery/upkeep/maintenance';
import type { Probes } from '../delivery/engine/probes';
import type { KeptEvents } from '../delivery/engine/kept-events';
import type { PullCounter } from '../delivery/engine/pull-counter';
import type { PullRouter } from '../delivery/engine/pulled';
import type { Recorder } from '../delivery/engine/recorder';
import type { Replay } from '../delivery/engine/replay';
import type { Redactor } from '../host/redaction';
import type { RetentionSize } from '../delivery/upkeep/retention-size';
import type { Crypt } from '../host/secrets';
import type { SelfCheck } from '../host/strapi-internals';
import type { ShapesService } from '../api/shapes';
import type { Documents, Mutes, Sampler, Tripwire } from '../capture';
import type { ViewCheck } from '../host/view-check';
import type { Watch } from '../delivery/upkeep/watch';
import type { Witnesses } from './witness';

export interface Runtime {
  config: PluginConfig;
  store: FullStore;
  /** Lets the audit log take part in writes. */
  witnesses: Witnesses;
  crypt: Crypt;
  keys: Keys;
  directory: Directory;
  recorder: Recorder;
  replay: Replay;
  /** Serves receivers that claim their messages. */
  pull: PullCounter;
  /** Makes the request of an attempt. */
  prepare: Router['prepare'];
  preparePulled: PullRouter['preparePulled'];
  /** Runs code whose changes are not recorded. */
  mute: Mutes['mute'];
  documents: Documents;
  /** Makes the event that an entry would cause. */
  sample: Sampler;
  /** Makes an event of the log one that can be judged and rendered. */
  keptEvents: KeptEvents;
  urlPolicy: UrlPolicy;
  /** Content types that filters are checked against, and their events. */
  schema: EventSchema;
  schemaGuard: SchemaGuard;
  viewCheck: ViewCheck;
  /** Transformations that the app's own code registered. */
  formats: ShapesService;
  /** Tokens and users of this Strapi. */
  actors: Actors;
  redactor: Redactor;
  clock: Clock;
  randomBytes: (length: number) => Buffer;
  /** URL of a path below the plugin's routes of the content API. */
  publicUrl(path: string): string;
  dispatcher: DispatcherHandle;
  environment: EnvironmentBinding;
  watch: Watch;
  probes: Probes;
  /** Why no request can be sent (the proxy does not work), or null. */
  outboundProblem(): string | null;
  /** Why a request to this URL would be refused for the address its name has now, or null. */
  addressProblem(url: string): Promise<string | null>;
  /** Why nothing can be sent to such a URL (no client of its broker, no such receiver in the app), or null. */
  targetProblem(url: string): string | null;
  /** Why the database cannot store some text as it is, or null. Known once started. */
  textProblem(): string | null;
  maintenance: Maintenance;
  retentionSize: RetentionSize;
  selfCheck: SelfCheck;
  tripwire: Tripwire;
  log: Log;
  /** Sends messages that are due, or will be at `dueAt`. Returns at once. */
  wake(dueAt?: number): void;
  /** Reports a change that is not due yet, such as a new schedule. */
  stir(): void;
  /** The work of a second beside delivery: changes of other nodes, schedules, jobs, retention. */
  everySecond(): Promise<unknown>;
  /** Reads keys, topics and endpoints, then begins to capture and to deliver. Called once, by `bootstrap`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A service that runs what is due, by the clock of the node that asks. It depends on the runtime. */
export interface Scheduler {
  runDue(on: Runtime): Promise<number>;
}
