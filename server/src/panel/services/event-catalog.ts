/** Documents about the events of this app, derived from its content types at each call. */
import type { Core, UID } from '@strapi/strapi';

import { createCatalogService } from '../../api/catalog';
import { catalogDocument, type CatalogSource } from '../../core/catalog/documents';
import type { CatalogEvent } from '../../core/catalog/json-schema';
import { CoreError } from '../../core/errors';
import { PLAIN_SHAPE } from '../../core/shape/shape';
import { viewOf } from '../../core/shape/view';
import { runtimeOf } from '../../runtime/runtime';
import type { EventCatalogQuery, EventCatalogText } from '../contract';

type Sent = Pick<CatalogSource, 'payload' | 'include' | 'events' | 'batched'>;

export const createEventCatalogService = ({ strapi }: { strapi: Core.Strapi }) => {
  const modelOf = (uid: string): string => strapi.getModel(uid as UID.Schema).modelName;

  function everyEvent(): CatalogEvent[] {
    const { contentTypes, events } = createCatalogService({ strapi }).read();
    const { schema } = runtimeOf(strapi);
    const ofEntries = contentTypes.flatMap(({ uid }) =>
      schema.eventsOf(uid).map((name) => ({ name, uid, model: modelOf(uid) }))
    );
    const others = events
      .filter(({ group }) => group !== 'entry')
      .map(({ name }) => ({ name, uid: null, model: null }));
    return [...ofEntries, ...others];
  }

  /** @throws CoreError NOT_FOUND; INVALID_VALUE when a format makes the body. */
  async function sentTo(endpointId: number): Promise<Sent> {
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
    const { entry = null, include = [] } = viewOf(shape) ?? {};
    const batched = endpoint.delivery.mode === 'batch';
    return { payload: entry === null ? shape.payload : 'own', include, batched, events };
  }

  return {
    /** @returns a JSON document, or TypeScript declarations as text. */
    async read({ format, endpointId, as }: EventCatalogQuery): Promise<object | string> {
      const sent: Sent =
        endpointId === undefined
          ? { payload: 'full', events: everyEvent() }
          : await sentTo(endpointId);
      const title = String(strapi.config.get('info.name', 'this Strapi'));
      const source = { ...sent, title, schemas: runtimeOf(strapi).schema.schemas };
      const document = catalogDocument(format, source);
      const wraps = as === 'json' && typeof document === 'string';
      return wraps ? ({ text: document } satisfies EventCatalogText) : document;
    },
  };
};
