/** Shows which environment the database belongs to, and adopts it or discards its messages. */
import type { Core } from '@strapi/strapi';

import type { EnvironmentView } from '../contract';
import { noteAdoption } from './reconcile-reasons';
import { runtimeOf } from '../../runtime/runtime';

export const createEnvironmentsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const environment = () => runtimeOf(strapi).environment;
  return {
    read: (): EnvironmentView => environment().view(),

    async adopt(): Promise<EnvironmentView> {
      await environment().adopt();
      await noteAdoption(runtimeOf(strapi));
      runtimeOf(strapi).wake();
      return environment().view();
    },

    async discardPending(): Promise<EnvironmentView & { canceled: number }> {
      const { canceled } = await environment().discardPending();
      await noteAdoption(runtimeOf(strapi));
      runtimeOf(strapi).wake();
      return { ...environment().view(), canceled };
    },
  };
};
