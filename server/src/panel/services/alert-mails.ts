/**
 * Sends the e-mails of alerts. Each is stored with what it tells, in one transaction, and sent by the node that
 * takes it for a time: the e-mail of a node that dies is sent by another one.
 */
import type { Core } from '@strapi/strapi';

import { HOUR_MS, MINUTE_MS } from '../../core/time';
import { NEVER } from '../../delivery/upkeep/agenda';
import { sendMail, type Mail } from '../../host/email';
import type { Runtime } from '../../runtime/runtime';

const PREFIX = 'alert-mail:';
const ID_BYTES = 12;
/** Longer than an e-mail may take. */
const LEASE_MS = 2 * MINUTE_MS;
const MAX_TRIES = 10;

interface WaitingMail extends Mail {
  tries: number;
  notBefore: number;
  error: string | null;
}

/** One minute after the first failure, then twice as long each time. */
const delayAfter = (tries: number): number => Math.min(MINUTE_MS * 2 ** (tries - 1), HOUR_MS);

/** Stores an e-mail in the caller's transaction. */
export function addMail({ store, clock, randomBytes }: Runtime, mail: Mail): Promise<void> {
  const waiting: WaitingMail = { ...mail, tries: 0, notBefore: clock.now(), error: null };
  const name = PREFIX + randomBytes(ID_BYTES).toString('hex');
  return store.writeSetting(name, JSON.stringify(waiting));
}

async function waitingMails({ store }: Pick<Runtime, 'store'>): Promise<[string, WaitingMail][]> {
  const stored = await store.readSettings(PREFIX);
  return [...stored].map(([name, text]) => [name, JSON.parse(text) as WaitingMail]);
}

/** Takes an e-mail. @returns null when another node has it, or has sent it. */
async function take({ store, clock }: Runtime, name: string): Promise<WaitingMail | null> {
  return store.inTransaction(async () => {
    const stored = await store.lockSetting(name);
    const mail = stored === null ? null : (JSON.parse(stored) as WaitingMail);
    if (mail === null || mail.notBefore > clock.now()) return null;
    const taken = { ...mail, tries: mail.tries + 1, notBefore: clock.now() + LEASE_MS };
    await store.writeSetting(name, JSON.stringify(taken));
    return taken;
  });
}

async function sendOne(strapi: Core.Strapi, on: Runtime, name: string): Promise<void> {
  const { store, clock, log } = on;
  const mail = await take(on, name);
  if (mail === null) return;
  const error = await sendMail(strapi, mail);
  if (error === null || mail.tries >= MAX_TRIES) await store.removeSettings([name]);
  if (error === null) return;
  const isLast = mail.tries >= MAX_TRIES;
  log.error(
    `the e-mail "${mail.subject}" was not sent${isLast ? ', and is given up' : ''}: ${error}`
  );
  if (isLast) return;
  const failed = { ...mail, notBefore: clock.now() + delayAfter(mail.tries), error };
  await store.writeSetting(name, JSON.stringify(failed));
}

/** @returns names of the e-mails that are due, and when the next one is. */
export async function dueMails(on: Runtime): Promise<{ due: string[]; next: number }> {
  const now = on.clock.now();
  const mails = await waitingMails(on);
  return {
    due: mails.filter(([, { notBefore }]) => notBefore <= now).map(([name]) => name),
    next: Math.min(NEVER, ...mails.map(([, { notBefore }]) => notBefore)),
  };
}

export async function sendMails(
  strapi: Core.Strapi,
  on: Runtime,
  names: readonly string[]
): Promise<void> {
  for (const name of names) await sendOne(strapi, on, name);
}

/** Why an e-mail could not be sent so far; null: none waits for another try. */
export async function mailErrorOf(on: Pick<Runtime, 'store'>): Promise<string | null> {
  const mails = await waitingMails(on);
  return mails.find(([, { error }]) => error !== null)?.[1].error ?? null;
}
