/** Whom an endpoint can ignore, and the documents that are held for it. */
import type { Core } from '@strapi/strapi';
import { z } from 'zod';

import type { ActorRef, HeldDocument } from '../contract';
import { parseInput } from '../../api/input';
import { text } from '../../api/schemas';
import { CoreError } from '../../core/errors';
import { brakeKey, brakesOf } from '../../core/routing/loop-guard';
import { runtimeOf } from '../../runtime/runtime';

const releaseInput = z.strictObject({ documentId: text });

export const createLoopGuardService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);

  return {
    /** Up to 100 of each kind. */
    actors: (): Promise<ActorRef[]> => runtime().actors.list(),

    /** The first 100, oldest first. */
    async held(endpointId: number): Promise<HeldDocument[]> {
      const { store, clock } = runtime();
      const held: HeldDocument[] = [];
      for (const key of await store.listBrakes(endpointId)) {
        const flowKey = await store.findFlowKey(key, clock.now());
        const documentId = key.slice(brakesOf(endpointId).length);
        held.push({ documentId, waiting: flowKey?.waiting ?? 0 });
      }
      return held;
    },

    /** Sends what is held. @throws CoreError INVALID_VALUE; NOT_FOUND when the document is not held. */
    async release(endpointId: number, input: unknown): Promise<HeldDocument[]> {
      const { documentId } = parseInput(releaseInput, input);
      const key = brakeKey(endpointId, documentId);
      if (!(await runtime().store.listBrakes(endpointId)).includes(key)) {
        throw new CoreError('NOT_FOUND', `document "${documentId}" is not held`, 'documentId');
      }
      await runtime().store.changeFlowKey(key, { paused: false });
      runtime().wake();
      return this.held(endpointId);
    },
  };
};

export type LoopGuardService = ReturnType<typeof createLoopGuardService>;
