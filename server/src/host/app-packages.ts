/** Loads packages that the app has installed. The plugin works without them. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { Core } from '@strapi/strapi';

/** @returns a function that throws `MODULE_NOT_FOUND` when a package is not installed. */
export function createLoadPackage(strapi: Core.Strapi): <Package>(name: string) => Package {
  const appRequire = createRequire(join(strapi.dirs.app.root, 'package.json'));
  return <Package>(name: string) => appRequire(name) as Package;
}
