/** Builds what sends: the sender, the router and the delivery loop. */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

import type { Core } from '@strapi/strapi';

import type { CallbacksService } from '../api/callbacks';
import type { ReceiversService } from '../api/receivers';
import { isHandlerUrl } from '../core/message/callback-target';
import type { Settled } from '../core/message/message';
import { createAppReceivers } from '../delivery/engine/app-receivers';
import { createHandlerRunner } from '../delivery/engine/handler-runner';
import { createPull } from '../delivery/engine/pull';
import { createPullCounter } from '../delivery/engine/pull-counter';
import { createRouter } from '../delivery/engine/router';
import { createSendRates } from '../delivery/engine/send-rates';
import { createSettlement } from '../delivery/engine/settlement';
import { isBrokerUrl } from '../core/brokers/broker-url';
import { calledUrl } from '../core/brokers/cloud-request';
import { createBrokers } from '../delivery/brokers/brokers';
import { createDial, createFindAddresses } from '../delivery/http/addresses';
import { createSender } from '../delivery/http/sender';
import { createDispatcher } from '../delivery/loop/dispatcher';
import type { Clock, Log } from '../delivery/loop/ports';
import { createTurns, STAYS_BUSY_MS } from '../delivery/loop/turns';
import { stirring, type Agenda } from '../delivery/upkeep/agenda';
import { readProxySettings } from '../host/outbound-proxy';
import { createLoadPackage } from '../host/app-packages';
import { createServing } from '../host/serving';
import type { Tracing } from '../host/tracing';
import { PLUGIN_ID } from '../plugin-id';
import type { Runtime } from './runtime-parts';
import { namesOf, type World } from './world';

type Shared = Pick<
  Runtime,
  | 'config'
  | 'store'
  | 'directory'
  | 'keys'
  | 'probes'
  | 'environment'
  | 'watch'
  | 'recorder'
  | 'urlPolicy'
  | 'redactor'
>;

interface Parts extends Shared {
  strapi: Core.Strapi;
  world: World;
  tracing: Tracing;
  agenda: Agenda;
  clock: Clock;
  monotonicMs: () => number;
  /** Sends what may be due now. */
  wake: () => void;
  /** Wakes the loop when more may be sent: a retry, or an endpoint or a key whose rate was used up. */
  setAlarm: (instant: number) => void;
  log: Log;
}

export function createSending(parts: Parts) {
  const { strapi, world, config, store, directory, keys, probes, environment } = parts;
  const { watch, recorder, urlPolicy, redactor, tracing, agenda, clock, monotonicMs } = parts;
  const { setAlarm, log } = parts;
  const { token, randomId } = namesOf(world);
  const { place } = watch.presence;
  const now = (): number => clock.now();

  const callbacks = strapi.plugin(PLUGIN_ID).service<CallbacksService>('callbacks');
  const sender = createSender({
    urlPolicy,
    maxResponseBytes: config.http.maxResponseBytes,
    proxy: readProxySettings(strapi),
  });
  const brokers = createBrokers({
    load: createLoadPackage(strapi),
    findAddresses: createFindAddresses(urlPolicy),
    dial: createDial(urlPolicy),
    sender,
    now,
  });
  const receivers = createAppReceivers({
    strapi,
    receivers: strapi.plugin(PLUGIN_ID).service<ReceiversService>('receivers'),
    maxResponseBytes: config.http.maxResponseBytes,
  });
  const senderTo = (url: string): Pick<typeof sender, 'send'> => {
    if (isHandlerUrl(url)) return receivers;
    return isBrokerUrl(url) ? brokers : sender;
  };
  const serving = createServing({
    server: strapi.server.httpServer,
    monotonicMs,
    lingerMs: STAYS_BUSY_MS,
  });
  const observe = (settled: readonly Settled[]): void => {
    watch.observe(settled);
    for (const { settlement } of settled) {
      if (settlement.to === 'pending' && settlement.because === 'retry') {
        setAlarm(settlement.notBefore);
      }
    }
  };
  const settle = createSettlement({ store, directory, recorder, observe, log });
  const router = createRouter({
    directory,
    keys,
    probes,
    rates: createSendRates({ now, place, setAlarm }),
    isOurs: environment.mayDeliver,
    place,
    config,
    source: strapi.config.get('server.absoluteUrl', '') || '/',
    urlPolicy,
    redactor,
    handlerNames: callbacks.names,
    randomId,
    newMessageId: recorder.newMessageId,
  });
  const turns = createTurns({ isServing: serving.isServing, monotonicMs, nextTurn, pause });
  const loop = createDispatcher(
    {
      store: {
        claim: stirring((request) => store.claim({ ...request, onClosed: setAlarm }), agenda.stir),
        release: store.release,
      },
      settle,
      sender: tracing.traced({
        ...sender,
        send: (request, signal) => senderTo(request.url).send(request, signal),
      }),
      handlers: createHandlerRunner({ strapi, settle, callbacks }),
      router,
      clock,
      random: world.random,
      token,
      turns,
      log,
    },
    { slots: config.dispatcher.slots, leaseMs: config.dispatcher.leaseMs }
  );
  const pull = createPullCounter({
    ...createPull({
      ...{ store, router, settle, clock, token, log },
      isOurs: environment.mayDeliver,
      random: world.random,
      maxBodyBytes: config.http.maxResponseBytes,
      onSettled: parts.wake,
    }),
    directory,
  });
  return {
    problems: {
      outboundProblem: sender.problem,
      addressProblem: (url: string) => sender.addressProblem(calledUrl(url)),
      targetProblem: (url: string): string | null => {
        if (isHandlerUrl(url)) return receivers.problem(url);
        return isBrokerUrl(url) ? brokers.problem(url) : null;
      },
    },
    close: () => Promise.all([sender.close(), brokers.close()]),
    serving,
    router,
    turns,
    loop,
    pull,
  };
}
