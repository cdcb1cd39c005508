/**
 * Permissions of the plugin. Routes require them; the role editor lists them.
 *
 * Never rename a uid: at boot, Strapi deletes grants of actions it does not know.
 */
import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../plugin-id';

/** Labels in the role editor, which groups them by the first part of the uid. */
const LABELS = {
  'topics.read': 'Read',
  'topics.create': 'Create',
  'topics.update': 'Update',
  'topics.delete': 'Delete',
  'endpoints.read': 'Read',
  'endpoints.create': 'Create',
  'endpoints.update': 'Update, pause and resume',
  'endpoints.delete': 'Delete',
  'endpoints.rotate-secret': 'Rotate signing secret',
  'endpoints.test': 'Send test event',
  'messages.read': 'Read',
  'messages.read-payload': 'Read payloads and responses',
  'messages.publish': 'Publish to a topic',
  'messages.send': 'Send entries by hand',
  'messages.replay': 'Replay and send now',
  'messages.cancel': 'Cancel',
  'messages.delete': 'Delete',
  'schedules.read': 'Read',
  'schedules.create': 'Create',
  'schedules.update': 'Update, pause, resume and run',
  'schedules.delete': 'Delete',
  'queues.read': 'Read',
  'queues.create': 'Create',
  'queues.update': 'Update, pause and resume',
  'queues.delete': 'Delete',
  'flow-control.read': 'Read',
  'flow-control.update': 'Update limits, pause and resume',
  'signing-keys.read': 'Read (masked)',
  'signing-keys.reveal': 'Reveal keys',
  'signing-keys.rotate': 'Rotate keys',
  'settings.update': 'Adopt a copied database',
  'settings.import': 'Import and disable Strapi webhooks',
  'alerts.read': 'Read',
  'alerts.update': 'Update and test',
  'audit-log.read': 'Read',
  'metrics.read': 'Read metrics and health',
} as const;

export type Permission = keyof typeof LABELS;

export const PERMISSIONS = Object.keys(LABELS) as readonly Permission[];

/** The permission's id in Strapi's permission engine. */
export const actionOf = (permission: Permission): string => `plugin::${PLUGIN_ID}.${permission}`;

interface ActionProvider {
  registerMany(actions: object[]): Promise<unknown>;
}

/**
 * Registers the permissions. Called by `bootstrap`: later, Strapi would already have dropped
 * grants it does not know.
 */
export async function registerPermissions(strapi: Core.Strapi): Promise<void> {
  const { actionProvider } = strapi.service('admin::permission') as unknown as {
    actionProvider: ActionProvider;
  };
  await actionProvider.registerMany(
    PERMISSIONS.map((uid) => ({
      uid,
      displayName: LABELS[uid],
      subCategory: uid === 'metrics.read' ? 'settings' : uid.split('.')[0]?.replace('-', ' '),
      section: 'plugins',
      pluginName: PLUGIN_ID,
    }))
  );
}
