/**
 * The victim: a real Strapi with the built plugin (or with a native webhook), which recovers what its
 * predecessors left, works, and dies at the planned point. It knows nothing of how it is judged.
 */
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { createStrapi, type Core } from '@strapi/strapi';

import { setMachineClock, takeOverMachineClock } from '../support/machine-clock';
import { watchKillPoint } from './kill-points';
import { PLAN_VARIABLE, REPORT_FD, type Command, type Plan, type Report } from './protocol';
import { createReceiverSubscription, prepare, untilBacklogIsEmpty, work } from './workload';

const APP_DIR = resolve(__dirname, '../app');

const report = (line: Report): void => {
  writeSync(REPORT_FD, `${JSON.stringify(line)}\n`);
};

/** SIGKILL to oneself does not return: not one more instruction of this process runs. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

async function boot(): Promise<Core.Strapi> {
  const strapi = createStrapi({ appDir: APP_DIR, distDir: APP_DIR, serveAdminPanel: false });
  await strapi.load();
  await new Promise<void>((listening) => strapi.server.listen(0, '127.0.0.1', listening));
  return strapi;
}

/** What the judge writes, a line each. */
function commands() {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = (await lines.next()) as IteratorResult<string, undefined>;
    return line.value ?? 'EOF';
  };
  return {
    next,
    async expect(expected: Command): Promise<void> {
      const line = await next();
      if (line !== expected) throw new Error(`expected ${expected}, got ${line}`);
    },
  };
}

function arm(strapi: Core.Strapi, { killPoint, occurrence, receiverUrl }: Plan): void {
  if (killPoint === null) return;
  let left = occurrence;
  watchKillPoint(strapi, killPoint, {
    receiverUrl,
    onReached: () => {
      left -= 1;
      if (left > 0) return;
      report({ kind: 'killing', killPoint });
      die();
    },
  });
}

async function main(): Promise<void> {
  const plan = JSON.parse(process.env[PLAN_VARIABLE] ?? '') as Plan;
  takeOverMachineClock();
  if (plan.tolerant) outliveUnhandledRejections();
  const judge = commands();
  const strapi = await boot();
  const listeningAt = performance.now();
  await createReceiverSubscription(strapi, plan);
  if (plan.system === 'plugin') await untilBacklogIsEmpty(strapi);
  report({ kind: 'recovered', afterMs: elapsedSince(listeningAt) });

  await judge.expect('prepare');
  await prepare(strapi, plan, report);
  report({ kind: 'prepared' });

  await judge.expect('go');
  arm(strapi, plan);
  const halt = new AbortController();
  const working = work(strapi, plan, { tell: report, halt: halt.signal }).then(() => {
    if (!halt.signal.aborted) report({ kind: 'survived' });
  });
  working.catch(fail);
  await obeyUntilDrain(judge.next);
  const toldAt = performance.now();
  halt.abort();
  await working;
  if (plan.system === 'plugin') await untilBacklogIsEmpty(strapi);
  report({ kind: 'drained', afterMs: elapsedSince(toldAt) });
}

/**
 * Strapi reads each entry again for its event hub after the commit, in a promise nobody awaits
 * (`@strapi/core`, `document-service/events.js`): a connection that breaks there ends the process.
 * What becomes of messages then is what the deaths are about; here the process is to go on.
 */
function outliveUnhandledRejections(): void {
  process.on('unhandledRejection', (error) =>
    process.stderr.write(`unhandled: ${String(error)}\n`)
  );
}

const elapsedSince = (instant: number): number => Math.round(performance.now() - instant);

async function obeyUntilDrain(next: () => Promise<string>): Promise<void> {
  for (let line = await next(); line !== 'drain'; line = await next()) {
    const aheadMs = /^clock (-?\d+)$/.exec(line)?.[1];
    if (aheadMs === undefined) throw new Error(`no command of ours: ${line}`);
    setMachineClock(Number(aheadMs));
  }
}

function fail(error: unknown): void {
  report({ kind: 'failed', error: error instanceof Error ? (error.stack ?? '') : String(error) });
  die();
}

main().catch(fail);
