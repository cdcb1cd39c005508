import type { Core } from '@strapi/strapi';

import { CATALOG_INTERNALS } from '../api/catalog';
import { startCacheTags } from '../content-api';
import { watchDirectWrites } from '../host/direct-writes';
import { registerPermissions } from '../panel/permissions';
import { NATIVE_WEBHOOKS_INTERNALS } from '../panel/services/native-webhooks';
import { runtimeOf } from '../runtime/runtime';
import { REGISTER_INTERNALS } from './register';
import { serviceOf } from './service-of';

/**
 * Starts capture and delivery. Capture is registered here and not in `register()`, so that document
 * middlewares of Strapi's plugins run outside our transaction.
 */
export default async ({ strapi }: { strapi: Core.Strapi }): Promise<void> => {
  const runtime = runtimeOf(strapi);
  await registerPermissions(strapi);
  if (!runtime.crypt.available) {
    runtime.log.warn(
      'ENCRYPTION_KEY is not set: signing secrets and secret headers are stored unencrypted. ' +
        'Set admin.secrets.encryptionKey in config/admin; they are encrypted when next saved or rotated.'
    );
  }
  await runtime.selfCheck.check([
    ...REGISTER_INTERNALS,
    ...CATALOG_INTERNALS,
    ...NATIVE_WEBHOOKS_INTERNALS,
  ]);
  startCacheTags(strapi, runtime.config.cacheTags, runtime.schema);
  watchDirectWrites(strapi, () => {
    const { store, stir } = runtimeOf(strapi);
    return store.afterCommit(stir);
  });
  await runtime.start();
  await serviceOf(strapi, 'settings').apply();
};
