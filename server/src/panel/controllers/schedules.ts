import type { Core } from '@strapi/strapi';

import type { CronPreviewInput, ScheduleInput } from '../contract';
import { answer, type Call } from './call';
import { serviceOf } from '../../app/service-of';
import { scheduleFor } from './payloads';

export const createSchedulesController = ({ strapi }: { strapi: Core.Strapi }) => {
  const schedules = () => serviceOf(strapi, 'panelSchedules');
  const idOf = (call: Pick<Call, 'param'>): string => call.param('scheduleId');
  return {
    find: answer(async (call) =>
      (await schedules().list()).map((schedule) => scheduleFor(call, schedule))
    ),
    findOne: answer(async (call) => scheduleFor(call, await schedules().get(idOf(call)))),
    create: answer<ScheduleInput>(
      async (call) => scheduleFor(call, await schedules().create(call.body)),
      201
    ),
    update: answer<ScheduleInput & { version: number }>(async (call) => {
      const { version, ...input } = call.body;
      return scheduleFor(call, await schedules().update(idOf(call), input, version));
    }),
    delete: answer((call) => schedules().remove(idOf(call))),
    pause: answer(async (call) => scheduleFor(call, await schedules().pause(idOf(call)))),
    resume: answer(async (call) => scheduleFor(call, await schedules().resume(idOf(call)))),
    runNow: answer((call) => schedules().runNow(idOf(call))),
    preview: answer<CronPreviewInput>(({ body }) => schedules().preview(body)),
  };
};
