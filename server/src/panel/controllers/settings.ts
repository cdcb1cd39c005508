import type { Core } from '@strapi/strapi';

import type { SettingsPlanInput } from '../contract';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';

export const createSettingsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const code = () => serviceOf(strapi, 'settings-code');
  return {
    plan: answer<SettingsPlanInput>(({ body: { settings }, demand }) => {
      demand('endpoints.read');
      demand('topics.read');
      demand('schedules.read');
      return serviceOf(strapi, 'settings').plan(settings);
    }),
    topicCode: answer(({ id }) => code().topic(id())),
    endpointCode: answer(({ id }) => code().endpoint(id())),
    scheduleCode: answer(({ param, may }) =>
      code().schedule(param('scheduleId'), may('messages.read-payload'))
    ),
  };
};
