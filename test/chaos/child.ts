/**
 * The victim: a real Strapi with the built plugin (or with a native webhook), which recovers what its
 * predecessors left, works, and dies at the planned point. It knows nothing of how it is judged.
 */
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { createStrapi, type Core } from '@strapi/strapi';

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

/** Resolves, for each line the judge writes, when it comes. */
function commands(): (expected: Command) => Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  return async (expected) => {
    const line = (await lines.next()) as IteratorResult<string, undefined>;
    if (line.value !== expected)
      throw new Error(`expected ${expected}, got ${line.value ?? 'EOF'}`);
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
  const next = commands();
  const strapi = await boot();
  const listeningAt = performance.now();
  await createReceiverSubscription(strapi, plan);
  if (plan.system === 'plugin') await untilBacklogIsEmpty(strapi);
  report({ kind: 'recovered', afterMs: Math.round(performance.now() - listeningAt) });

  await next('prepare');
  await prepare(strapi, plan, report);
  report({ kind: 'prepared' });

  await next('go');
  arm(strapi, plan);
  await work(strapi, plan, report);
  report({ kind: 'survived' });
}

main().catch((error: unknown) => {
  report({ kind: 'failed', error: error instanceof Error ? (error.stack ?? '') : String(error) });
  die();
});
