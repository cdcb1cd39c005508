import { useAuth } from '@strapi/strapi/admin';

import { permissionAction, type PermissionUid } from '../permissions';

/**
 * What the signed-in person may do: `can('endpoints.create')`.
 *
 * Not `useRBAC`: it names its answers after the last segment only, so `topics.read` and
 * `endpoints.read` would share one `canRead`; and it answers a render late, which flickers.
 */
export const usePermissions = () => {
  const granted = useAuth('GuaranteedWebhooks', (state) => state.permissions);
  return (uid: PermissionUid): boolean =>
    granted.some((permission) => permission.action === permissionAction(uid));
};

export type Can = ReturnType<typeof usePermissions>;
