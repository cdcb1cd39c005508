/**
 * Permissions of the plugin. Routes require them; the role editor lists them.
 *
 * Never rename a uid: at boot, Strapi deletes grants of actions it does not know.
 */
import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../plugin-id';

const ACTIONS = [
  { uid: 'topics.read', displayName: 'Read', subCategory: 'topics' },
  { uid: 'topics.create', displayName: 'Create', subCategory: 'topics' },
  { uid: 'topics.update', displayName: 'Update', subCategory: 'topics' },
  { uid: 'topics.delete', displayName: 'Delete', subCategory: 'topics' },
  { uid: 'endpoints.read', displayName: 'Read', subCategory: 'endpoints' },
  { uid: 'endpoints.create', displayName: 'Create', subCategory: 'endpoints' },
  { uid: 'endpoints.update', displayName: 'Update, pause and resume', subCategory: 'endpoints' },
  { uid: 'endpoints.delete', displayName: 'Delete', subCategory: 'endpoints' },
  {
    uid: 'endpoints.rotate-secret',
    displayName: 'Rotate signing secret',
    subCategory: 'endpoints',
  },
  { uid: 'endpoints.test', displayName: 'Send test event', subCategory: 'endpoints' },
  { uid: 'messages.read', displayName: 'Read', subCategory: 'messages' },
  {
    uid: 'messages.read-payload',
    displayName: 'Read payloads and responses',
    subCategory: 'messages',
  },
  { uid: 'messages.publish', displayName: 'Publish to a topic', subCategory: 'messages' },
  { uid: 'messages.replay', displayName: 'Replay and send now', subCategory: 'messages' },
  { uid: 'messages.cancel', displayName: 'Cancel', subCategory: 'messages' },
  { uid: 'messages.delete', displayName: 'Delete', subCategory: 'messages' },
  { uid: 'schedules.read', displayName: 'Read', subCategory: 'schedules' },
  { uid: 'schedules.create', displayName: 'Create', subCategory: 'schedules' },
  {
    uid: 'schedules.update',
    displayName: 'Update, pause, resume and run',
    subCategory: 'schedules',
  },
  { uid: 'schedules.delete', displayName: 'Delete', subCategory: 'schedules' },
  { uid: 'queues.read', displayName: 'Read', subCategory: 'queues' },
  { uid: 'queues.create', displayName: 'Create', subCategory: 'queues' },
  { uid: 'queues.update', displayName: 'Update, pause and resume', subCategory: 'queues' },
  { uid: 'queues.delete', displayName: 'Delete', subCategory: 'queues' },
  { uid: 'flow-control.read', displayName: 'Read', subCategory: 'flow control' },
  {
    uid: 'flow-control.update',
    displayName: 'Update limits, pause and resume',
    subCategory: 'flow control',
  },
  { uid: 'signing-keys.read', displayName: 'Read (masked)', subCategory: 'signing keys' },
  { uid: 'signing-keys.reveal', displayName: 'Reveal keys', subCategory: 'signing keys' },
  { uid: 'signing-keys.rotate', displayName: 'Rotate keys', subCategory: 'signing keys' },
  { uid: 'settings.update', displayName: 'Adopt a copied database', subCategory: 'settings' },
  {
    uid: 'settings.import',
    displayName: 'Import and disable Strapi webhooks',
    subCategory: 'settings',
  },
  { uid: 'metrics.read', displayName: 'Read metrics and health', subCategory: 'settings' },
] as const;

export type Permission = (typeof ACTIONS)[number]['uid'];

export const PERMISSIONS: readonly Permission[] = ACTIONS.map((action) => action.uid);

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
    ACTIONS.map((action) => ({ ...action, section: 'plugins', pluginName: PLUGIN_ID }))
  );
}
