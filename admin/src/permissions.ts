/** Permissions as the panel checks them, to decide what to show. The server enforces the same ids. */
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
  | 'messages.send'
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
  | 'settings.import'
  | 'alerts.read'
  | 'alerts.update'
  | 'audit-log.read';

export const permissionAction = (uid: PermissionUid) => `plugin::${PLUGIN_ID}.${uid}`;

/** Permissions of which any one shows the menu entry. */
export const MENU_PERMISSIONS = (
  [
    'topics.read',
    'endpoints.read',
    'messages.read',
    'schedules.read',
    'queues.read',
    'flow-control.read',
    'signing-keys.read',
    'alerts.read',
    'audit-log.read',
  ] as const
).map((uid) => ({ action: permissionAction(uid), subject: null }));
