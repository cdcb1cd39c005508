/** The plugin's pages, in groups, each with its permission and its key. */
import { ROOT } from '../utils/paths';

import type { Can } from '../hooks/usePermissions';
import type { PermissionUid } from '../permissions';

type Place =
  | 'overview'
  | 'topics'
  | 'endpoints'
  | 'event-catalog'
  | 'messages'
  | 'dead-letters'
  | 'schedules'
  | 'alerts'
  | 'queues'
  | 'flow-control'
  | 'signing-keys'
  | 'audit-log';

export interface PlaceOf {
  place: Place;
  /** Pressed after `g`. */
  key: string;
  to: string;
  permission: PermissionUid;
}

const GROUPS: readonly { group: 'monitor' | 'configure' | 'advanced'; places: PlaceOf[] }[] = [
  {
    group: 'monitor',
    places: [
      { place: 'overview', key: 'o', to: ROOT, permission: 'messages.read' },
      { place: 'messages', key: 'm', to: `${ROOT}/messages`, permission: 'messages.read' },
      { place: 'dead-letters', key: 'd', to: `${ROOT}/dead-letters`, permission: 'messages.read' },
    ],
  },
  {
    group: 'configure',
    places: [
      { place: 'endpoints', key: 'e', to: `${ROOT}/endpoints`, permission: 'endpoints.read' },
      { place: 'topics', key: 't', to: `${ROOT}/topics`, permission: 'topics.read' },
      { place: 'event-catalog', key: 'c', to: `${ROOT}/event-catalog`, permission: 'topics.read' },
      { place: 'schedules', key: 's', to: `${ROOT}/schedules`, permission: 'schedules.read' },
      { place: 'alerts', key: 'l', to: `${ROOT}/alerts`, permission: 'alerts.read' },
    ],
  },
  {
    group: 'advanced',
    places: [
      { place: 'queues', key: 'q', to: `${ROOT}/queues`, permission: 'queues.read' },
      {
        place: 'flow-control',
        key: 'f',
        to: `${ROOT}/flow-control`,
        permission: 'flow-control.read',
      },
      {
        place: 'signing-keys',
        key: 'k',
        to: `${ROOT}/signing-keys`,
        permission: 'signing-keys.read',
      },
      { place: 'audit-log', key: 'a', to: `${ROOT}/audit-log`, permission: 'audit-log.read' },
    ],
  },
];

/** Groups of pages that the user may read. */
export const groupsFor = (can: Can) =>
  GROUPS.map(({ group, places }) => ({
    group,
    places: places.filter(({ permission }) => can(permission)),
  })).filter(({ places }) => places.length > 0);

export const placesFor = (can: Can): PlaceOf[] => groupsFor(can).flatMap(({ places }) => places);
