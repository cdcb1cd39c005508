/**
 * Tells people about endpoints that need them: by e-mail, or by a message to an endpoint.
 *
 * Each node looks at the endpoints. What is told last about one is kept in a row that the node locks before it
 * decides, and changes together with the messages and e-mails that tell it: of all nodes, one tells it, and a
 * node that dies has told nothing. Nothing is told to the endpoint that it is about.
 */
import type { Core } from '@strapi/strapi';

import { ALERT_EVENT, alertText, type Alert, type AlertFacts } from '../../core/health/alert-text';
import { nextTold, NOTHING_TOLD, type Condition, type Told } from '../../core/health/alerts';
import { lastErrorOf } from '../../core/health/breaker';
import { NO_ENDPOINT } from '../../core/message/limits';
import type { NewEvent, NewMessage } from '../../core/message/message';
import { renderHubPayload, storeBody } from '../../core/message/payload';
import { SECOND_MS } from '../../core/time';
import { AT_ONCE } from '../../delivery/upkeep/agenda';
import { sendMail, type Mail } from '../../host/email';
import { PLUGIN_ID } from '../../plugin-id';
import { runtimeOf, type Runtime } from '../../runtime/runtime';
import type { AlertSettingsView, AlertTest } from '../contract';
import { readSubjects, type SeenEndpoint, type Subject } from './alert-subjects';
import { addMail, dueMails, mailErrorOf, sendMails } from './alert-mails';
import {
  hasRecipients,
  readAlertSettings,
  saveAlertSettings,
  type StoredAlertSettings,
} from './alert-settings';

const LOOK_EVERY_MS = 30 * SECOND_MS;
const TOLD = 'alert:';

/** Settings as this node last read them, and when it looks again. */
interface Known {
  version: string | null;
  settings: StoredAlertSettings;
  nextAt: number;
}

export const createAlertsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const knownBy = new WeakMap<Runtime, Known>();
  let sending: Promise<void> | undefined;

  const urlOf = (endpoint: { id: number } | null): string => {
    const panel = strapi.config.get<string>('admin.absoluteUrl', '');
    return `${panel}/plugins/${PLUGIN_ID}${endpoint === null ? '/dead-letters' : `/endpoints/${endpoint.id}`}`;
  };

  /** Messages to the recipients among endpoints, and the e-mails. */
  function sendable(
    on: Runtime,
    { endpointIds, emails }: StoredAlertSettings,
    alert: Alert
  ): { event: NewEvent; messages: NewMessage[]; mails: Mail[] } {
    const { recorder, directory, clock } = on;
    const event = eventOf(alert, clock.now());
    const messages = endpointIds
      .filter((id) => id !== alert.endpoint?.id && !directory.isLeaving(id))
      .flatMap((id) => directory.endpoint(id) ?? [])
      .flatMap((endpoint) => {
        const { shape } = endpoint;
        const shaped = recorder.shaped(event, { shape: shape && { ...shape, payload: 'full' } });
        return shaped === null ? [] : [recorder.endpointMessage(endpoint, null, shaped)];
      });
    const text = `${alert.text}\n\n${alert.url}\n`;
    const mails = emails.map((to) => ({ to, subject: `Strapi: ${alert.title}`, text }));
    return { event, messages, mails };
  }

  /** In the caller's transaction. */
  async function send(on: Runtime, settings: StoredAlertSettings, alert: Alert): Promise<void> {
    const { store, recorder, wake, log } = on;
    const { event, messages, mails } = sendable(on, settings, alert);
    if (messages.length > 0) await recorder.deliver([{ event, messages }]);
    for (const mail of mails) await addMail(on, mail);
    await store.afterCommit(() => {
      wake();
      log.warn(`alert: ${alert.title}`);
    });
  }

  async function tell(
    on: Runtime,
    settings: StoredAlertSettings,
    { endpoint, condition, seenAt }: Subject
  ): Promise<void> {
    const { store } = on;
    const name = TOLD + String(endpoint?.id ?? NO_ENDPOINT);
    await store.inTransaction(async () => {
      await store.claimSetting(name, JSON.stringify(NOTHING_TOLD));
      const told = JSON.parse((await store.lockSetting(name)) ?? 'null') as Told | null;
      const seen = { rules: settings, now: seenAt };
      const next = nextTold(told ?? NOTHING_TOLD, condition, seen);
      if (next === null) return;
      await store.writeSetting(name, JSON.stringify(next));
      await send(on, settings, alertOf(next, endpoint, condition));
    });
  }

  const alertOf = ({ kinds }: Told, endpoint: SeenEndpoint | null, condition: Condition): Alert => {
    const about = endpoint && { id: endpoint.id, name: endpoint.name };
    const facts: AlertFacts = {
      ...condition,
      endpoint: about,
      stateReason: endpoint?.stateReason ?? null,
      lastError: endpoint && (endpoint.problem ?? lastErrorOf(endpoint.breaker)),
    };
    return {
      status: kinds.length === 0 ? 'recovered' : 'problem',
      kinds,
      endpoint: about,
      ...alertText(kinds, facts),
      url: urlOf(about),
    };
  };

  /** Looks at every endpoint, and tells what has to be told. */
  async function look(on: Runtime, settings: StoredAlertSettings): Promise<void> {
    const { store } = on;
    const stored = await store.readSettings(TOLD);
    const subjects = await readSubjects(on, settings);
    for (const subject of subjects) {
      const id = subject.endpoint?.id ?? NO_ENDPOINT;
      const told = JSON.parse(stored.get(TOLD + String(id)) ?? 'null') as Told | null;
      const seen = { rules: settings, now: subject.seenAt };
      const next = nextTold(told ?? NOTHING_TOLD, subject.condition, seen);
      if (next !== null) await tell(on, settings, subject);
    }
    const ids = new Set(subjects.map(({ endpoint }) => TOLD + String(endpoint?.id ?? NO_ENDPOINT)));
    const left = [...stored.keys()].filter((name) => !ids.has(name));
    if (left.length > 0) await store.removeSettings(left);
  }

  /** Read again when a node has changed something. */
  async function known(on: Runtime): Promise<Known> {
    const before = knownBy.get(on);
    const version = on.directory.version();
    if (before !== undefined && before.version === version) return before;
    const settings = await readAlertSettings(on);
    const next = { version, settings, nextAt: AT_ONCE };
    knownBy.set(on, next);
    return next;
  }

  async function get(): Promise<AlertSettingsView> {
    const on = runtimeOf(strapi);
    const settings = await readAlertSettings(on);
    const endpointIds = settings.endpointIds.filter((id) => on.directory.endpoint(id));
    return { ...settings, endpointIds, mailError: await mailErrorOf(on) };
  }

  async function lookFor(on: Runtime, settings: StoredAlertSettings): Promise<void> {
    if (hasRecipients(settings)) await look(on, settings);
  }

  /** Not waited for: a provider may take long, and schedules must not wait for it. */
  function sendSoon(on: Runtime, names: readonly string[]): void {
    sending ??= sendMails(strapi, on, names)
      .catch((error: unknown) => on.log.error('the e-mails of alerts failed', { error }))
      .finally(() => {
        sending = undefined;
      });
  }

  return {
    get,

    /** @throws CoreError INVALID_VALUE at the field; STALE_VERSION. */
    async save(given: unknown): Promise<AlertSettingsView> {
      await saveAlertSettings(strapi, runtimeOf(strapi), given);
      return get();
    },

    /** Sends a test to the saved recipients, e-mails at once. */
    async test(): Promise<AlertTest> {
      const on = runtimeOf(strapi);
      const alert: Alert = {
        status: 'test',
        kinds: [],
        endpoint: null,
        title: 'Test of the webhook alerts',
        text: 'Alerts of endpoints that fail look like this.',
        url: urlOf(null),
      };
      const { event, messages, mails } = sendable(on, await readAlertSettings(on), alert);
      if (messages.length > 0) await on.recorder.deliver([{ event, messages }]);
      on.wake();
      const errors = await Promise.all(mails.map((mail) => sendMail(strapi, mail)));
      return {
        mailError: errors.find((error) => error !== null) ?? null,
        messageIds: messages.map(({ messageId }) => messageId),
      };
    },

    /** Looks at once, and sends the e-mails that are due. */
    async look(on: Runtime): Promise<void> {
      await lookFor(on, await readAlertSettings(on));
      await sendMails(strapi, on, (await dueMails(on)).due);
    },

    /** Looks twice a minute, while there is somebody to tell. @returns when to look again. */
    async runDue(on: Runtime): Promise<number> {
      const its = await known(on);
      const now = on.clock.now();
      if (now < its.nextAt) return its.nextAt;
      await lookFor(on, its.settings);
      const { due, next } = await dueMails(on);
      if (due.length > 0) sendSoon(on, due);
      const isBusy = hasRecipients(its.settings) || due.length > 0;
      its.nextAt = isBusy ? now + LOOK_EVERY_MS : next;
      return its.nextAt;
    },
  };
};

const eventOf = (alert: Alert, occurredAt: number): NewEvent => ({
  name: ALERT_EVENT,
  uid: null,
  entryDocumentId: null,
  entryLocale: null,
  body: storeBody(Buffer.from(renderHubPayload(ALERT_EVENT, new Date(occurredAt), { alert }))),
  contentType: 'application/json',
  actor: { kind: 'none' },
  source: 'hub',
  occurredAt,
});

export type AlertsService = ReturnType<typeof createAlertsService>;
