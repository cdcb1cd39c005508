/** Flow-control keys: made by the first message that names one; here they are watched, held and pinned. */
import type { Core } from '@strapi/strapi';
import { z } from 'zod';

import { CoreError } from '../core/errors';
import type { FlowKeyChange, FlowKeyRecord } from '../store/gates/gate-types';
import { parseInput } from './input';
import { flowKey, limits } from './schemas';
import { runtimeOf, type Runtime } from '../runtime/runtime';

const pinSchema = z
  .strictObject(limits)
  .refine(({ parallelism, rate }) => parallelism !== undefined || rate !== undefined, {
    path: ['rate'],
    message: 'give the rate, the parallelism, or both',
  });

const unpinSchema = z.strictObject({
  parallelism: z.boolean().optional(),
  rate: z.boolean().optional(),
});

export type FlowControlView = FlowKeyRecord;
export type PinInput = z.input<typeof pinSchema>;

/** @param runtime the node it speaks for. */
export const createFlowControl = (runtime: () => Runtime) => {
  /** @throws CoreError INVALID_VALUE. */
  const get = async (key: string): Promise<FlowControlView | null> =>
    runtime().store.findFlowKey(parseInput(z.string(), key, 'key'), runtime().clock.now());

  async function find(key: string): Promise<FlowControlView> {
    const view = await get(key);
    if (view === null) throw new CoreError('NOT_FOUND', `there is no flow-control key "${key}"`);
    return view;
  }

  async function change(key: string, what: FlowKeyChange): Promise<FlowControlView> {
    parseInput(z.string(), key, 'key');
    if (await runtime().store.changeFlowKey(key, what)) runtime().wake();
    return find(key);
  }

  return {
    /** @param search part of a key. */
    list: async (search?: string): Promise<FlowControlView[]> =>
      runtime().store.listFlowKeys(
        runtime().clock.now(),
        parseInput(z.string().optional(), search, 'search')
      ),

    get,

    /** Everything of the key waits; its period goes on. @throws CoreError NOT_FOUND. */
    pause: (key: string) => change(key, { paused: true }),
    /** @throws CoreError NOT_FOUND. */
    resume: (key: string) => change(key, { paused: false }),

    /**
     * These limits hold whatever messages say, from now on, with nothing counted yet. The key need not
     * be there before its first message.
     *
     * @throws CoreError INVALID_VALUE.
     */
    async pin(key: string, input: PinInput): Promise<FlowControlView> {
      const { parallelism, rate, periodMs } = parseInput(pinSchema, input);
      await runtime().store.ensureFlowKey(parseInput(flowKey, key, 'key'));
      return change(key, {
        ...(parallelism !== undefined && { parallelism, pinnedParallelism: true }),
        ...(rate !== undefined && { rate, pinnedRate: true }),
        ...(periodMs !== undefined && { periodMs }),
        restartAt: runtime().clock.now(),
      });
    },

    /** The limits stay until a message brings others. @throws CoreError NOT_FOUND. */
    async unpin(key: string, what: z.input<typeof unpinSchema>): Promise<FlowControlView> {
      const { parallelism, rate } = parseInput(unpinSchema, what);
      return change(key, {
        ...(parallelism && { pinnedParallelism: false }),
        ...(rate && { pinnedRate: false }),
      });
    },

    /** A new period begins now. @throws CoreError NOT_FOUND. */
    resetRate: (key: string) => change(key, { restartAt: runtime().clock.now() }),

    /** Of everything that is delivered: what one node sends at once, and what all of them send now. */
    async global(): Promise<{ parallelismMax: number; parallelismCount: number }> {
      const { config, store } = runtime();
      return {
        parallelismMax: config.dispatcher.slots,
        parallelismCount: await store.countActive(),
      };
    },
  };
};

export type FlowControlService = ReturnType<typeof createFlowControl>;

export const createFlowControlService = ({ strapi }: { strapi: Core.Strapi }): FlowControlService =>
  createFlowControl(() => runtimeOf(strapi));
