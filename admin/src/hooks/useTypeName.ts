import { usePermissions } from './usePermissions';
import { useGetWebhooksCatalogQuery } from '../services/overview';

/** @returns a function that names a content type, by its uid where the user may not read the names. */
export const useTypeName = (): ((uid: string) => string) => {
  const can = usePermissions();
  const { data } = useGetWebhooksCatalogQuery(undefined, { skip: !can('topics.read') });
  return (uid) => data?.contentTypes.find((type) => type.uid === uid)?.displayName ?? uid;
};
