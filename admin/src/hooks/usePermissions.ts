import { useAuth } from '@strapi/strapi/admin';

import { permissionAction, type PermissionUid } from '../permissions';

/**
 * Permissions of the signed-in user: `can('endpoints.create')`.
 *
 * `useRBAC` does not fit: it names results after the last segment, so `topics.read` and
 * `endpoints.read` would share one `canRead`, and it returns them one render late.
 */
export const usePermissions = () => {
  const granted = useAuth('GuaranteedWebhooks', (state) => state.permissions);
  return (uid: PermissionUid): boolean =>
    granted.some((permission) => permission.action === permissionAction(uid));
};

export type Can = ReturnType<typeof usePermissions>;
