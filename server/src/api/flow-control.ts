/** Reads, pauses and pins flow-control keys. A key is created by the first message that names it. */
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

export type PinInput = z.input<typeof pinSchema>;

/** @param runtime the node. */
export const createFlowControl = (runtime: () => Runtime) => {
  /** @throws CoreError INVALID_VALUE. */
  const get = async (key: string): Promise<FlowKeyRecord | null> =>
    runtime().store.findFlowKey(parseInput(z.string(), key, 'key'), runtime().clock.now());

  async function find(key: string): Promise<FlowKeyRecord> {
    const view = await get(key);
    if (view === null) throw new CoreError('NOT_FOUND', `there is no flow-control key "${key}"`);
    return view;
  }

  async function change(key: string, what: FlowKeyChange): Promise<FlowKeyRecord> {
    parseInput(z.string(), key, 'key');
    if (await runtime().store.changeFlowKey(key, what)) runtime().wake();
    return find(key);
  }

  return {
    /** @param search part of a key. */
    list: async (search?: string): Promise<FlowKeyRecord[]> =>
      runtime().store.listFlowKeys(
        runtime().clock.now(),
        parseInput(z.string().optional(), search, 'search')
      ),

    get,

    /** Holds the key's messages. Its period continues. @throws CoreError NOT_FOUND. */
    pause: (key: string) => change(key, { paused: true }),
    /** @throws CoreError NOT_FOUND. */
    resume: (key: string) => change(key, { paused: false }),

    /**
     * Sets limits that override those of messages, and starts a new period. Creates the key if it is
     * missing.
     *
     * @throws CoreError INVALID_VALUE.
     */
    async pin(key: string, input: PinInput): Promise<FlowKeyRecord> {
      const { parallelism, rate, periodMs } = parseInput(pinSchema, input);
      await runtime().store.ensureFlowKey(parseInput(flowKey, key, 'key'));
      return change(key, {
        ...(parallelism !== undefined && { parallelism, pinnedParallelism: true }),
        ...(rate !== undefined && { rate, pinnedRate: true }),
        ...(periodMs !== undefined && { periodMs }),
        restartAt: runtime().clock.now(),
      });
    },

    /** The limits stay until a message sets others. @throws CoreError NOT_FOUND. */
    async unpin(key: string, what: z.input<typeof unpinSchema>): Promise<FlowKeyRecord> {
      const { parallelism, rate } = parseInput(unpinSchema, what);
      return change(key, {
        ...(parallelism && { pinnedParallelism: false }),
        ...(rate && { pinnedRate: false }),
      });
    },

    /** Starts a new period. @throws CoreError NOT_FOUND. */
    resetRate: (key: string) => change(key, { restartAt: runtime().clock.now() }),

    /** Returns the slots of one node, and the attempts in progress on all nodes. */
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
