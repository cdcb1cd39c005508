/** Rules and recipients of alerts: read, checked, saved. */
import type { Core } from '@strapi/strapi';
import { z } from 'zod';

import { parseInput } from '../../api/input';
import { rowId, rowVersion } from '../../api/schemas';
import { CoreError } from '../../core/errors';
import { DAY_MS, MINUTE_MS } from '../../core/time';
import { emailProblem } from '../../host/email';
import type { Runtime } from '../../runtime/runtime';
import { ALERT_SETTINGS } from '../../store/log/alerts';
import type { AlertSettings } from '../contract';

const MAX_EMAILS = 20;
const MAX_ENDPOINTS = 10;
const MAX_BACKLOG_MS = 30 * DAY_MS;

export type StoredAlertSettings = AlertSettings & { version: number };

export const NO_ALERTS: StoredAlertSettings = {
  endpoints: true,
  failedMessages: true,
  backlogMs: null,
  emails: [],
  endpointIds: [],
  version: 0,
};

const settingsInput = z.strictObject({
  endpoints: z.boolean(),
  failedMessages: z.boolean(),
  backlogMs: z.number().int().min(MINUTE_MS).max(MAX_BACKLOG_MS).nullable(),
  emails: z.array(z.email('must be an e-mail address')).max(MAX_EMAILS),
  endpointIds: z.array(rowId).max(MAX_ENDPOINTS),
  version: rowVersion,
}) satisfies z.ZodType<StoredAlertSettings>;

export const hasRecipients = ({ emails, endpointIds }: AlertSettings): boolean =>
  emails.length + endpointIds.length > 0;

export async function readAlertSettings({
  store,
}: Pick<Runtime, 'store'>): Promise<StoredAlertSettings> {
  const stored = await store.readSetting(ALERT_SETTINGS);
  return stored === null ? NO_ALERTS : (JSON.parse(stored) as StoredAlertSettings);
}

/** @throws CoreError INVALID_VALUE at the field; STALE_VERSION. */
export async function saveAlertSettings(
  strapi: Core.Strapi,
  { store, directory }: Runtime,
  given: unknown
): Promise<void> {
  const input = parseInput(settingsInput, given);
  await directory.refreshIfChanged();
  const unknown = input.endpointIds.findIndex((id) => directory.endpoint(id) === undefined);
  if (unknown !== -1) {
    throw new CoreError(
      'INVALID_VALUE',
      `there is no endpoint ${input.endpointIds[unknown]}`,
      `endpointIds.${unknown}`
    );
  }
  const problem = input.emails.length === 0 ? null : emailProblem(strapi);
  if (problem !== null) throw new CoreError('INVALID_VALUE', problem, 'emails');
  await store.inTransaction(async () => {
    await store.claimSetting(ALERT_SETTINGS, JSON.stringify(NO_ALERTS));
    const stored = JSON.parse((await store.lockSetting(ALERT_SETTINGS)) ?? '') as {
      version: number;
    };
    if (stored.version !== input.version) {
      throw new CoreError('STALE_VERSION', 'the alerts were changed meanwhile', 'version');
    }
    const next: StoredAlertSettings = {
      ...input,
      emails: [...new Set(input.emails)],
      endpointIds: [...new Set(input.endpointIds)],
      version: stored.version + 1,
    };
    await store.writeAlertSettings(JSON.stringify(next));
    // Other nodes read them again when the directory has changed.
    await store.touchDirectory();
  });
}
