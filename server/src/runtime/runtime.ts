/**
 * The composition root: builds the store, the sender and the loop, once per Strapi instance. The only
 * place where the adapters meet.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

import type { Core } from '@strapi/strapi';

import { CAPTURE_INTERNALS, createTripwire, installCapture } from '../capture';
import { parseConfig } from '../config/schema';
import { createUrlPolicy } from '../core/safety/url-safety';
import { createDispatcher } from '../delivery/loop/dispatcher';
import { createTurns, STAYS_BUSY_MS } from '../delivery/loop/turns';
import { createSender } from '../delivery/http/sender';
import { PLUGIN_ID } from '../plugin-id';
import { createStore } from '../store';
import type { CallbacksService } from '../api/callbacks';
import type { ShapesService } from '../api/shapes';
import { createAgenda, NEVER, stirring } from '../delivery/upkeep/agenda';
import { createActors } from '../host/actors';
import { createBrake } from '../delivery/engine/brake';
import { createDatabaseClock } from '../host/database-clock';
import { createDirectory } from '../delivery/engine/directory';
import { createDispatcherHandle } from '../delivery/upkeep/dispatcher';
import { createEnvironment } from '../host/environment';
import { createHandlerRunner } from '../delivery/engine/handler-runner';
import { createEverySecond, type EverySecond } from '../delivery/upkeep/every-second';
import { createInstallationNote } from '../host/installation-note';
import { createKeys } from '../host/keys';
import { prefixedLog } from '../host/log';
import { createMaintenance } from '../delivery/upkeep/maintenance';
import { readProxySettings } from '../host/outbound-proxy';
import { createProbes } from '../delivery/engine/probes';
import { createRecorder } from '../delivery/engine/recorder';
import { createRedactor } from '../host/redaction';
import { createRetentionSize } from '../delivery/upkeep/retention-size';
import { createRouter } from '../delivery/engine/router';
import { createSettlement } from '../delivery/engine/settlement';
import type { Runtime } from './runtime-parts';
import { createTracing } from '../host/tracing';
import { createCrypt, SECRETS_INTERNALS } from '../host/secrets';
import { createSchema } from '../host/schemas';
import { createServing } from '../host/serving';
import { createSelfCheck, HOST_INTERNALS } from '../host/strapi-internals';
import { createViewCheck } from '../host/view-check';
import { createWatch } from '../delivery/upkeep/watch';
import { namesOf, REAL_WORLD, type World } from './world';

/** The service that publishes due schedules, by the clock of the node that asks. It depends on the runtime. */
interface Scheduler {
  runDue(on: Runtime): Promise<number>;
}

export type { Runtime };

export function createRuntime(strapi: Core.Strapi, world: World = REAL_WORLD): Runtime {
  const { token, randomId } = namesOf(world);
  const monotonicMs = (): number => performance.now();

  const config = parseConfig(strapi.config.get(`plugin::${PLUGIN_ID}`));
  const log = prefixedLog(strapi);
  const crypt = createCrypt(strapi);
  const store = createStore({ db: strapi.db, crypt, log, health: config.health });
  const databaseClock = createDatabaseClock({
    read: store.databaseNow,
    localNow: () => Date.now(),
    monotonicMs,
    log,
  });
  const clock = world.clock ?? databaseClock;
  const now = (): number => clock.now();
  const agenda = createAgenda({ now, idlePollMs: config.dispatcher.idlePollMs });
  const schema = createSchema(strapi);
  const directory = createDirectory(store, { crypt, schema, log }, agenda.stir);
  const probes = createProbes({ store, directory, now, leaseMs: config.dispatcher.leaseMs });
  const environment = createEnvironment({
    strapi,
    store,
    note: createInstallationNote(strapi, log),
    named: config.environment,
    randomId: token,
    now,
    onResolved: directory.refresh,
    log,
  });
  const keys = createKeys({ strapi, crypt, store, randomBytes: world.randomBytes, now });
  const urlPolicy = createUrlPolicy({ httpsOnly: config.http.httpsOnly, allow: config.http.allow });
  const tracing = createTracing(strapi, config.http.traceContext);
  const watch = createWatch({ store, config, name: token(), now, log });
  const formats = strapi.plugin(PLUGIN_ID).service<ShapesService>('shapes');
  const recorder = createRecorder({
    trace: tracing.current,
    store,
    directory,
    now,
    randomBytes: world.randomBytes,
    withheld: watch.withheld.note,
    brake: createBrake({ store, now, log }),
    rendering: { codeFormat: formats.find, maxBytes: config.payload.maxBytes },
  });
  const redactor = createRedactor(keys, config.payload.redactFields);
  const callbacks = strapi.plugin(PLUGIN_ID).service<CallbacksService>('callbacks');
  const sender = createSender({
    urlPolicy,
    maxResponseBytes: config.http.maxResponseBytes,
    proxy: readProxySettings(strapi),
  });
  const serving = createServing({
    server: strapi.server.httpServer,
    monotonicMs,
    lingerMs: STAYS_BUSY_MS,
  });
  const settle = createSettlement({ store, directory, recorder, observe: watch.observe, log });
  const router = createRouter({
    directory,
    keys,
    probes,
    isOurs: environment.mayDeliver,
    place: watch.presence.place,
    config,
    source: strapi.config.get('server.absoluteUrl', '') || '/',
    urlPolicy,
    redactor,
    handlerNames: callbacks.names,
    randomId,
    newMessageId: recorder.newMessageId,
  });
  const loop = createDispatcher(
    {
      store: {
        claim: stirring((request) => store.claim(request), agenda.stir),
        release: store.release,
      },
      settle,
      sender: tracing.traced(sender),
      handlers: createHandlerRunner({ strapi, settle, callbacks }),
      router,
      clock,
      random: world.random,
      token,
      turns: createTurns({ isServing: serving.isServing, monotonicMs, nextTurn, pause }),
      log,
    },
    { slots: config.dispatcher.slots, leaseMs: config.dispatcher.leaseMs }
  );
  const wants = (eventName: string, uid: string | null): boolean =>
    directory.routes().wants(eventName, uid);
  const selfCheck = createSelfCheck(strapi, log);
  const tripwire = createTripwire({ strapi, wants, now, log });
  const dispatcher = createDispatcherHandle({
    strapi,
    dispatcher: loop,
    enabled: config.dispatcher.enabled,
    drainMs: config.dispatcher.drainMs,
    isOurs: environment.mayDeliver,
    agenda,
    everySecond: () => everySecond,
    earliestDue: () => store.earliestDue(router.laneLimits()),
  });
  const { wake } = dispatcher;
  const retentionSize = createRetentionSize({ store, config, now, log });
  const maintenance = createMaintenance({ store, config, now, token, wake, log });
  const everySecond: EverySecond = createEverySecond(
    {
      databaseClock,
      environment,
      directory,
      keys,
      nextSchedule: async () => (await store.nextScheduleAt()) ?? NEVER,
      runSchedules: () => strapi.plugin(PLUGIN_ID).service<Scheduler>('schedules').runDue(runtime),
      probes: config.dispatcher.enabled ? probes : null,
      maintenance,
      retentionSize,
      tripwire,
      watch,
      inFlight: () => loop.stats().inFlight,
      nextDue: dispatcher.nextDue,
      now,
    },
    log
  );

  let textProblem: string | null = null;
  const runtime: Runtime = {
    config,
    store,
    crypt,
    keys,
    directory,
    recorder,
    urlPolicy,
    formats,
    schema,
    actors: createActors(strapi),
    viewCheck: createViewCheck(strapi),
    redactor,
    clock,
    randomBytes: world.randomBytes,
    dispatcher,
    environment,
    watch,
    probes,
    outboundProblem: sender.problem,
    addressProblem: sender.addressProblem,
    maintenance,
    retentionSize,
    selfCheck,
    tripwire,
    log,
    wake,
    stir: agenda.stir,
    everySecond: everySecond.run,

    textProblem: () => textProblem,

    async start() {
      await selfCheck.check([...HOST_INTERNALS, ...SECRETS_INTERNALS, ...CAPTURE_INTERNALS]);
      textProblem = await store.textProblem();
      if (textProblem !== null) log.error(textProblem);
      await store.fillOutbox();
      await databaseClock.synchronize();
      await environment.look();
      await keys.load();
      await directory.refresh();
      installCapture({
        strapi,
        wants,
        needs: (eventName, uid) => directory.routes().filtering(eventName, uid)?.needs ?? null,
        schemas: schema.schemas,
        views: directory.views,
        record: recorder.record,
        wake,
        now,
        pause,
        maxBytes: config.payload.maxBytes,
        hiddenFields: config.payload.redactFields,
        tooLarge: config.payload.tooLarge,
        tripwire,
        works: selfCheck.works,
        log,
      });
      dispatcher.start();
    },

    async stop() {
      await dispatcher.stop();
      serving.stop();
      await maintenance.stop();
      await watch.stop();
      await sender.close();
    },
  };
  return runtime;
}

/** Strapi builds a service once, on first use. */
export const createRuntimeService = ({ strapi }: { strapi: Core.Strapi }): Runtime =>
  createRuntime(strapi);

export const runtimeOf = (strapi: Core.Strapi): Runtime =>
  strapi.plugin(PLUGIN_ID).service<Runtime>('runtime');
