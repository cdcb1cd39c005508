/**
 * The plugin's permissions, as the panel asks for them. The server registers the same ids and is
 * the one that enforces them; here they only decide what is worth showing.
 */
import { PLUGIN_ID } from './pluginId';

export type PermissionUid =
  | 'topics.read'
  | 'topics.create'
  | 'topics.update'
  | 'topics.delete'
  | 'endpoints.read'
  | 'endpoints.create'
  | 'endpoints.update'
  | 'endpoints.delete'
  | 'endpoints.rotate-secret'
  | 'endpoints.test'
  | 'messages.read'
  | 'messages.read-payload'
  | 'messages.publish'
  | 'messages.replay'
  | 'messages.cancel'
  | 'messages.delete'
  | 'schedules.read'
  | 'schedules.create'
  | 'schedules.update'
  | 'schedules.delete'
  | 'queues.read'
  | 'queues.create'
  | 'queues.update'
  | 'queues.delete'
  | 'flow-control.read'
  | 'flow-control.update'
  | 'signing-keys.read'
  | 'signing-keys.reveal'
  | 'signing-keys.rotate'
  | 'settings.update'
  | 'settings.import';

export const permissionAction = (uid: PermissionUid) => `plugin::${PLUGIN_ID}.${uid}`;

/** Any one of these opens the menu entry. */
export const MENU_PERMISSIONS = (
  [
    'topics.read',
    'endpoints.read',
    'messages.read',
    'schedules.read',
    'queues.read',
    'flow-control.read',
    'signing-keys.read',
  ] as const
).map((uid) => ({ action: permissionAction(uid), subject: null }));
