/** Typed access to the plugin's own services. */
import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../plugin-id';
import type services from './services';

type Services = { [Name in keyof typeof services]: ReturnType<(typeof services)[Name]> };

/** Looks up a service by name. Ask at each call: Strapi builds a service when it is first needed. */
export const serviceOf = <Name extends keyof Services>(
  strapi: Core.Strapi,
  name: Name
): Services[Name] => strapi.plugin(PLUGIN_ID).service(name) as unknown as Services[Name];
