/** Controller of schedules; see `docs/qstash-compatibility.md`. */
import type { Core } from '@strapi/strapi';

import { serviceOf } from '../../app/service-of';
import { action, DONE, ok } from './call';

export const createQstashSchedulesController = ({ strapi }: { strapi: Core.Strapi }) => {
  const schedules = () => serviceOf(strapi, 'qstash-schedules');
  return {
    find: action(async () => ok(await schedules().list())),
    findOne: action(async (call) => ok(await schedules().get(call.param('scheduleId')))),
    create: action(async (call) => {
      const body = await call.bytes(serviceOf(strapi, 'qstash-publish').maxBytes());
      return ok(await schedules().create({ ...call, body }));
    }),
    delete: action(async (call) => {
      await schedules().remove(call.param('scheduleId'));
      return DONE;
    }),
    pause: action(async (call) => {
      await serviceOf(strapi, 'schedules').pause(call.param('scheduleId'));
      return DONE;
    }),
    resume: action(async (call) => {
      await serviceOf(strapi, 'schedules').resume(call.param('scheduleId'));
      return DONE;
    }),
  };
};
