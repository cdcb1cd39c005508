import type { Core } from '@strapi/strapi';

import { answer } from './call';
import { serviceOf } from '../../app/service-of';

export const createJobsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const jobs = () => serviceOf(strapi, 'jobs');
  return {
    find: answer(() => jobs().list()),
    findOne: answer(({ id }) => jobs().get(id())),
    /**
     * Canceling a job takes the permission to start one of its kind. Only the job knows its kind.
     */
    cancel: answer(async ({ id, demand }) => {
      const { kind } = await jobs().get(id());
      demand(`messages.${kind}`);
      return jobs().cancel(id());
    }),
  };
};
