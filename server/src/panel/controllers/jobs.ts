import type { Core } from '@strapi/strapi';

import { answer } from './call';
import { serviceOf } from '../../app/service-of';

export const createJobsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const jobs = () => serviceOf(strapi, 'jobs');
  return {
    find: answer(() => jobs().list()),
    findOne: answer(({ id }) => jobs().get(id())),
    /** Who may begin a job of a kind may stop it; which kind it is, only the job knows. */
    cancel: answer(async ({ id, demand }) => {
      const { kind } = await jobs().get(id());
      demand(`messages.${kind}`);
      return jobs().cancel(id());
    }),
  };
};
