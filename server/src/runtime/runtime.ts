/** The composition root: builds store, sender and loop (`sending.ts`), once per Strapi instance. Only here the adapters meet. */
import { setTimeout as pause } from 'node:timers/promises';

import type { Core } from '@strapi/strapi';

import {
  CAPTURE_INTERNALS,
  createMutes,
  createDocuments,
  createSampler,
  createTripwire,
  createViewQueries,
  installCapture,
} from '../capture';
import { parseConfig } from '../config/schema';
import { createUrlPolicy } from '../core/safety/url-safety';
import { PLUGIN_ID } from '../plugin-id';
import { createStore } from '../store';
import type { ShapesService } from '../api/shapes';
import { createAgenda, NEVER } from '../delivery/upkeep/agenda';
import { createActors } from '../host/actors';
import { createBrake } from '../delivery/engine/brake';
import { createDatabaseClock } from '../host/database-clock';
import { renderContext } from '../host/deadline';
import { createDirectory } from '../delivery/engine/directory';
import { createDispatcherHandle } from '../delivery/upkeep/dispatcher';
import { createEnvironment } from '../host/environment';
import { createBackfill } from '../delivery/engine/backfill';
import { createDocumentMessages } from '../delivery/engine/document-messages';
import { createEventReplay } from '../delivery/engine/event-replay';
import { createEverySecond, type EverySecond } from '../delivery/upkeep/every-second';
import { createInstallationNote } from '../host/installation-note';
import { createKeys } from '../host/keys';
import { prefixedLog } from '../host/log';
import { createKeptEvents } from '../delivery/engine/kept-events';
import { createMaintenance } from '../delivery/upkeep/maintenance';
import { createMuteBatches } from '../delivery/engine/mute-batch';
import { createProbes } from '../delivery/engine/probes';
import { createReconcile } from '../delivery/engine/reconcile';
import { publicUrl } from '../host/public-url';
import { createRecorder } from '../delivery/engine/recorder';
import { createRedactor } from '../host/redaction';
import { createReplay } from '../delivery/engine/replay';
import { createRetentionSize } from '../delivery/upkeep/retention-size';
import { createSchemaGuard } from '../delivery/engine/schema-guard';
import type { Runtime, Scheduler } from './runtime-parts';
import { createSending } from './sending';
import { createTracing } from '../host/tracing';
import { createCrypt, SECRETS_INTERNALS } from '../host/secrets';
import { createSchema } from '../host/schemas';
import { createSelfCheck, HOST_INTERNALS } from '../host/strapi-internals';
import { createViewCheck } from '../host/view-check';
import { createWatch } from '../delivery/upkeep/watch';
import { createWitnesses } from './witness';
import { laterOf, namesOf, REAL_WORLD, type World } from './world';

export type { Runtime };

export function createRuntime(strapi: Core.Strapi, world: World = REAL_WORLD): Runtime {
  const { token } = namesOf(world);
  const monotonicMs = (): number => performance.now();

  const config = parseConfig(strapi.config.get(`plugin::${PLUGIN_ID}`));
  const log = prefixedLog(strapi);
  const crypt = createCrypt(strapi);
  const witnesses = createWitnesses();
  const store = witnesses.watch(createStore({ db: strapi.db, crypt, log, health: config.health }));
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
  const formats = strapi.plugin(PLUGIN_ID).service<ShapesService>('shapes');
  const directory = createDirectory(
    store,
    { crypt, schema, codeNeeds: formats.needs, log },
    agenda.stir
  );
  const schemaGuard = createSchemaGuard({ store, directory, schema, log });
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
  const recorder = createRecorder({
    ...{ store, directory, now },
    trace: tracing.current,
    randomBytes: world.randomBytes,
    withheld: watch.withheld.note,
    brake: createBrake({ store, now, log }),
    rendering: renderContext(config, { codeFormat: formats.find, codeNeeds: formats.needs }),
  });
  const replay = createReplay({ store, directory, recorder, codeNeeds: formats.needs });
  const redactor = createRedactor(keys, config.payload.redactFields);
  const { close, problems, serving, router, turns, loop, pull } = createSending({
    ...{ strapi, world, config, store, directory, keys, probes, environment, watch, recorder },
    ...{ urlPolicy, redactor, tracing, agenda, clock, monotonicMs, log },
    wake: () => dispatcher.wake(),
    setAlarm: (instant) => dispatcher.setAlarm(instant),
  });
  const wants = (eventName: string, uid: string | null): boolean =>
    directory.routes().wants(eventName, uid);
  const selfCheck = createSelfCheck(strapi, log);
  const tripwire = createTripwire({ strapi, wants, now, log });
  const dispatcher = createDispatcherHandle({
    strapi,
    dispatcher: loop,
    ...config.dispatcher,
    isOurs: environment.mayDeliver,
    ...{ agenda, now, later: laterOf(world) },
    everySecond: () => everySecond,
    earliestDue: () => store.earliestDue(router.laneLimits()),
    onWake: pull.ring,
  });
  const { wake } = dispatcher;
  const mutes = createMutes({
    newBatch: createMuteBatches({ recorder, directory, now, wake }),
    count: watch.meters.countMuted,
    log,
  });
  const entryDeps = {
    strapi,
    schemas: schema.schemas,
    now,
    maxBytes: config.payload.maxBytes,
    hiddenFields: config.payload.redactFields,
    tooLarge: config.payload.tooLarge,
    log,
  };
  const documents = createDocuments(entryDeps);
  const making = { directory, recorder, schemas: schema.schemas, codeNeeds: formats.needs };
  const messages = createDocumentMessages(making);
  const keptEvents = createKeptEvents({ ...making, viewQuery: createViewQueries(strapi, log) });
  const retentionSize = createRetentionSize({ store, config, now, log });
  const maintenance = createMaintenance({
    store,
    config,
    now,
    token,
    replay,
    wake,
    turns,
    makeMessages: createEventReplay({ ...making, keptEvents }),
    makeDocumentMessages: createBackfill({ ...making, documents, messages }),
    compareDocuments: createReconcile({ ...making, store, documents, messages }),
    log,
  });
  const everySecond: EverySecond = createEverySecond(
    {
      databaseClock,
      environment,
      directory,
      schemaGuard,
      keys,
      nextSchedule: async () => (await store.nextScheduleAt()) ?? NEVER,
      runDue: (what) => strapi.plugin(PLUGIN_ID).service<Scheduler>(what).runDue(runtime),
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
    ...{ config, store, witnesses, crypt, keys, directory, recorder, replay, pull },
    ...{ prepare: router.prepare, preparePulled: router.preparePulled },
    publicUrl: (path) => publicUrl(strapi, path),
    mute: mutes.mute,
    documents,
    sample: createSampler(entryDeps),
    keptEvents,
    urlPolicy,
    formats,
    schema,
    schemaGuard,
    actors: createActors(strapi),
    viewCheck: createViewCheck(strapi),
    redactor,
    clock,
    randomBytes: world.randomBytes,
    dispatcher,
    environment,
    watch,
    probes,
    ...problems,
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
      await schemaGuard.look();
      installCapture({
        ...entryDeps,
        wants,
        needs: directory.needs,
        views: directory.views,
        record: recorder.record,
        mutes,
        wake,
        pause,
        tripwire,
        works: selfCheck.works,
      });
      dispatcher.start();
    },

    async stop() {
      await Promise.all([dispatcher.stop(), pull.stop()]);
      serving.stop();
      await maintenance.stop();
      await watch.stop();
      await close();
    },
  };
  return runtime;
}

export const runtimeOf = (strapi: Core.Strapi): Runtime =>
  strapi.plugin(PLUGIN_ID).service<Runtime>('runtime');
