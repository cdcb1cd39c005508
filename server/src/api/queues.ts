/** FIFO queues: made by the first message published into them, or here; each delivers in order. */
import type { Core } from '@strapi/strapi';
import { z } from 'zod';

import { CoreError } from '../core/errors';
import type { QueueRecord } from '../store/gates/gate-types';
import { parseInput } from './input';
import { runtimeOf, type Runtime } from '../runtime/runtime';

const MAX_PARALLELISM = 1_000;

const queueSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,200}$/, 'may have letters, digits, ".", "_" and "-"'),
  /** Messages on their way at once. With more than one there is no order. */
  parallelism: z.number().int().min(1).max(MAX_PARALLELISM).optional(),
  paused: z.boolean().optional(),
});

export type QueueInput = z.input<typeof queueSchema>;
export type QueueView = QueueRecord;

/** @param runtime the node it speaks for. */
export const createQueues = (runtime: () => Runtime) => {
  async function setPaused(name: string, paused: boolean): Promise<QueueView> {
    const { store, clock } = runtime();
    if ((await store.findQueue(name)) === null) throw notFound(name);
    await store.putQueue(name, { paused }, clock.now());
    runtime().wake();
    return (await store.findQueue(name)) ?? refuse(name);
  }

  async function upsert(input: QueueInput): Promise<QueueView> {
    const { name, parallelism, paused } = parseInput(queueSchema, input);
    const { store, clock } = runtime();
    const change = {
      ...(parallelism !== undefined && { parallelism }),
      ...(paused !== undefined && { paused }),
    };
    await store.putQueue(name, change, clock.now());
    runtime().wake();
    return (await store.findQueue(name)) ?? refuse(name);
  }

  return {
    list: (): Promise<QueueView[]> => runtime().store.listQueues(),
    get: (name: string): Promise<QueueView | null> => runtime().store.findQueue(name),

    /** Makes the queue, or changes what is given. @throws CoreError INVALID_VALUE. */
    upsert,

    /** @throws CoreError INVALID_VALUE, NAME_TAKEN. */
    async create(input: QueueInput): Promise<QueueView> {
      const { name } = parseInput(queueSchema, input);
      if ((await runtime().store.findQueue(name)) !== null) {
        throw new CoreError('NAME_TAKEN', `there is a queue named "${name}" already`, 'name');
      }
      return upsert(input);
    },

    /** @throws CoreError INVALID_VALUE, NOT_FOUND. */
    async change(name: string, input: Pick<QueueInput, 'parallelism'>): Promise<QueueView> {
      if ((await runtime().store.findQueue(name)) === null) throw notFound(name);
      return upsert({ ...input, name });
    },

    /** What still waits in it goes out, in order. @returns whether there was one. */
    async remove(name: string): Promise<boolean> {
      const removed = await runtime().store.removeQueue(name, runtime().clock.now());
      runtime().wake();
      return removed;
    },

    /** Holds what waits; what is on its way arrives or fails as it will. @throws CoreError NOT_FOUND. */
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
