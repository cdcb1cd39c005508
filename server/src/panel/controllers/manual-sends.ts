/** Sends entries by hand. It takes the right to read them in the Content Manager, and what they are sent to. */
import type { Core, UID } from '@strapi/strapi';

import { serviceOf } from '../../app/service-of';
import type { SendInput, SendTargets } from '../contract';
import { answer, type Ability } from './call';
import { NotAllowedError } from './errors';

interface Checker {
  cannot: { read(): boolean };
  /** Adds the conditions of the roles. */
  sanitizedQuery: { read(query: object): Promise<object> };
}

interface Checkers {
  create(of: { userAbility: Ability; model: string }): Checker;
}

export const createManualSendsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const sends = () => serviceOf(strapi, 'manual-sends');

  /** @throws NotAllowedError */
  async function assertReadable(
    userAbility: Ability,
    { uid, documentIds, locale = '*' }: SendInput
  ): Promise<void> {
    const checkers = strapi.plugin('content-manager').service<Checkers>('permission-checker');
    const checker = checkers.create({ userAbility, model: uid });
    const count = (query: object): Promise<number> =>
      strapi.documents(uid as UID.ContentType).count({ ...query, locale });
    const filters = { documentId: { $in: [...new Set(documentIds)] } };
    const isRefused =
      checker.cannot.read() ||
      (await count(await checker.sanitizedQuery.read({ filters }))) < (await count({ filters }));
    if (isRefused) {
      throw new NotAllowedError('this also requires the permission to read these entries');
    }
  }

  return {
    targets: answer<undefined, { uid: string }>(async ({ query, may }): Promise<SendTargets> => {
      const { topics, endpoints } = await sends().targets(query.uid);
      return {
        topics: may('topics.read') ? topics : [],
        endpoints: may('endpoints.read') ? endpoints : [],
      };
    }),
    toTopic: answer(({ id, body, demand, ability }) => {
      demand('topics.read');
      return sends().toTopic(id(), body, (input) => assertReadable(ability, input));
    }, 201),
    toEndpoint: answer(({ id, body, demand, ability }) => {
      demand('endpoints.read');
      return sends().toEndpoint(id(), body, (input) => assertReadable(ability, input));
    }, 201),
  };
};
