/** Creates, reads and changes FIFO queues. A queue is also created by the first message that names it. */
import type { Core } from '@strapi/strapi';
import { z } from 'zod';

import { CoreError } from '../core/errors';
import { parseInput } from './input';
import { parallelism, resourceName } from './schemas';
import type { QueueRecord as QueueView } from '../store/gates/gate-types';
import { runtimeOf, type Runtime } from '../runtime/runtime';

const queueSchema = z.strictObject({
  name: resourceName,
  parallelism: parallelism.optional(),
  paused: z.boolean().optional(),
});

export type QueueInput = z.input<typeof queueSchema>;

/** @param runtime the node. */
export const createQueues = (runtime: () => Runtime) => {
  /** @throws CoreError INVALID_VALUE. */
  const get = async (name: string): Promise<QueueView | null> =>
    runtime().store.findQueue(parseInput(z.string(), name, 'name'));

  async function setPaused(name: string, paused: boolean): Promise<QueueView> {
    if ((await get(name)) === null) throw notFound(name);
    const { store, clock } = runtime();
    await store.putQueue(name, { paused }, clock.now());
    runtime().wake();
    return (await get(name)) ?? refuse(name);
  }

  async function upsert(input: QueueInput): Promise<QueueView> {
    const { name, ...change } = parseInput(queueSchema, input);
    const { store, clock } = runtime();
    await store.putQueue(name, change, clock.now());
    runtime().wake();
    return (await get(name)) ?? refuse(name);
  }

  return {
    list: (): Promise<QueueView[]> => runtime().store.listQueues(),
    get,

    /** Creates the queue, or changes the given fields. @throws CoreError INVALID_VALUE. */
    upsert,

    /** @throws CoreError INVALID_VALUE, NAME_TAKEN. */
    async create(input: QueueInput): Promise<QueueView> {
      const { name } = parseInput(queueSchema, input);
      if ((await get(name)) !== null) {
        throw new CoreError('NAME_TAKEN', `there is a queue named "${name}" already`, 'name');
      }
      return upsert(input);
    },

    /** @throws CoreError INVALID_VALUE, NOT_FOUND. */
    async change(name: string, input: Pick<QueueInput, 'parallelism'>): Promise<QueueView> {
      if ((await get(name)) === null) throw notFound(name);
      return upsert({ ...input, name });
    },

    /** Its messages are still delivered, in order. @returns whether it existed. */
    async remove(name: string): Promise<boolean> {
      parseInput(z.string(), name, 'name');
      const removed = await runtime().store.removeQueue(name, runtime().clock.now());
      runtime().wake();
      return removed;
    },

    /** Holds its messages. Attempts in progress are completed. @throws CoreError NOT_FOUND. */
    pause: (name: string): Promise<QueueView> => setPaused(name, true),
    /** @throws CoreError NOT_FOUND. */
    resume: (name: string): Promise<QueueView> => setPaused(name, false),
  };
};

export type QueuesService = ReturnType<typeof createQueues>;

export const createQueuesService = ({ strapi }: { strapi: Core.Strapi }): QueuesService =>
  createQueues(() => runtimeOf(strapi));

const notFound = (name: string): CoreError =>
  new CoreError('NOT_FOUND', `there is no queue "${name}"`);

function refuse(name: string): never {
  throw notFound(name);
}
