/** Documents about the events of this app, derived from its content types at each call. */
import type { Core, UID } from '@strapi/strapi';

import { createCatalogService } from '../../api/catalog';
import { catalogDocument, type CatalogSource } from '../../core/catalog/documents';
import type { CatalogEvent } from '../../core/catalog/json-schema';
import { CoreError } from '../../core/errors';
import { PLAIN_SHAPE } from '../../core/shape/shape';
import { viewOf } from '../../core/shape/view';
import { createSchema } from '../../host/schemas';
import { runtimeOf } from '../../runtime/runtime';
import type { EventCatalogQuery } from '../contract';

const ENTRY_EVENTS = ['entry.create', 'entry.update', 'entry.delete'];
const PUBLISHING_EVENTS = ['entry.publish', 'entry.unpublish', 'entry.draft-discard'];

export const createEventCatalogService = ({ strapi }: { strapi: Core.Strapi }) => {
  const modelOf = (uid: string): string => strapi.getModel(uid as UID.Schema).modelName;

  function everyEvent(): CatalogEvent[] {
    const { contentTypes, events } = createCatalogService({ strapi }).read();
    const ofEntries = contentTypes
      .filter(({ hidden }) => !hidden)
      .flatMap(({ uid, draftAndPublish }) => {
        const names = draftAndPublish ? [...ENTRY_EVENTS, ...PUBLISHING_EVENTS] : ENTRY_EVENTS;
        return names.map((name) => ({ name, uid, model: modelOf(uid) }));
      });
    const others = events
      .filter(({ group }) => group !== 'entry')
      .map(({ name }) => ({ name, uid: null, model: null }));
    return [...ofEntries, ...others];
  }

  /** @throws CoreError NOT_FOUND; INVALID_VALUE when a format makes the body. */
  async function sentTo(endpointId: number): Promise<Pick<CatalogSource, 'payload' | 'events'>> {
    const { directory } = runtimeOf(strapi);
    await directory.refreshIfChanged();
    const endpoint = directory.endpoint(endpointId);
    if (endpoint === undefined) {
      throw new CoreError('NOT_FOUND', `there is no endpoint ${endpointId}`, 'endpointId');
    }
    const shape = endpoint.shape ?? PLAIN_SHAPE;
    const { format } = shape;
    if (format !== null) {
      throw new CoreError(
        'INVALID_VALUE',
        `the format "${format.name}" makes the bodies of this endpoint, so they have no schema`,
        'endpointId'
      );
    }
    const routes = directory.routes();
    const events = everyEvent().filter(({ name, uid }) =>
      routes.route(name, uid).some((route) => route.endpointId === endpointId)
    );
    const isOwn = shape.payload === 'full' && viewOf(shape) !== null;
    return { payload: isOwn ? 'own' : shape.payload, events };
  }

  return {
    /** @returns a JSON document, or TypeScript declarations as text. */
    async read({ format, endpointId }: EventCatalogQuery): Promise<object | string> {
      const sent: Pick<CatalogSource, 'payload' | 'events'> =
        endpointId === undefined
          ? { payload: 'full', events: everyEvent() }
          : await sentTo(endpointId);
      const title = String(strapi.config.get('info.name', 'this Strapi'));
      return catalogDocument(format, { ...sent, title, schemas: createSchema(strapi).schemas });
    },
  };
};
