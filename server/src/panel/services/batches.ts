/** The events that wait to become one message for an endpoint in mode `batch`. */
import type { Core } from '@strapi/strapi';

import type { WaitingBatch } from '../contract';
import { CoreError } from '../../core/errors';
import { foldsAt } from '../../core/gates/batch-turn';
import { runtimeOf } from '../../runtime/runtime';

const NOTHING: WaitingBatch = { events: 0, sendsAt: null };

export const createBatchesService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);

  /** @throws CoreError NOT_FOUND. */
  function deliveryOf(endpointId: number) {
    const endpoint = runtime().directory.endpoint(endpointId);
    if (endpoint === undefined) {
      throw new CoreError('NOT_FOUND', `there is no endpoint ${endpointId}`);
    }
    return endpoint.delivery;
  }

  return {
    /** None for an endpoint in another mode. */
    async waiting(endpointId: number): Promise<WaitingBatch> {
      const delivery = deliveryOf(endpointId);
      if (delivery.mode !== 'batch') return NOTHING;
      const waiting = await runtime().store.waitingBatch(endpointId, delivery.maxEvents);
      return waiting === null
        ? NOTHING
        : { events: waiting.count, sendsAt: foldsAt(waiting, delivery) };
    },

    /** Sends what waits, without waiting longer. */
    async sendNow(endpointId: number): Promise<WaitingBatch> {
      deliveryOf(endpointId);
      await runtime().store.foldNow(endpointId);
      runtime().wake();
      return this.waiting(endpointId);
    },
  };
};

export type BatchesService = ReturnType<typeof createBatchesService>;
