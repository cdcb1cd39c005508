/** Lists flow-control keys for the panel, paged. */
import type { Core } from '@strapi/strapi';

import type { FlowControlList, FlowKeyView, PinInput } from '../contract';
import type { FlowKeyRecord } from '../../store/gates/gate-types';
import { createFlowControl } from '../../api/flow-control';
import { pageOf, positionOf } from '../../api/page';
import { runtimeOf, type Runtime } from '../../runtime/runtime';

export interface KeysQuery {
  /** Part of a key. */
  search?: string;
  cursor?: string;
  pageSize: number;
}

/** @param runtime the node to report on. */
export const createPanelFlowControl = (runtime: () => Runtime) => {
  const limits = createFlowControl(runtime);
  const shown = async (record: Promise<FlowKeyRecord>): Promise<FlowKeyView> =>
    viewOf(await record);

  return {
    async list({ search, cursor, pageSize }: KeysQuery): Promise<FlowControlList> {
      const { store, clock } = runtime();
      const rows = await store.pageFlowKeys({
        now: clock.now(),
        search,
        before: positionOf(cursor),
        limit: pageSize + 1,
      });
      const { parallelismMax, parallelismCount } = await limits.global();
      return {
        ...pageOf(rows, pageSize, viewOf),
        global: { parallelism: parallelismMax, inFlight: parallelismCount },
      };
    },

    pause: (key: string) => shown(limits.pause(key)),
    resume: (key: string) => shown(limits.resume(key)),
    pin: (key: string, pin: Omit<PinInput, 'key'>) => shown(limits.pin(key, pin)),
    unpin: (key: string) => shown(limits.unpin(key, { parallelism: true, rate: true })),
    resetRate: (key: string) => shown(limits.resetRate(key)),
  };
};

export const createPanelFlowControlService = ({ strapi }: { strapi: Core.Strapi }) =>
  createPanelFlowControl(() => runtimeOf(strapi));

/** The store uses 0 for "no limit" and "no period yet". */
function viewOf(record: FlowKeyRecord): FlowKeyView {
  return {
    key: record.key,
    waiting: record.waiting,
    inFlight: record.parallelismCount,
    parallelism: record.parallelismMax || null,
    parallelismPinned: record.pinnedParallelism,
    rate: record.rateMax || null,
    ratePinned: record.pinnedRate,
    periodMs: record.periodMs,
    rateUsed: record.rateCount,
    periodEndsAt: record.periodStart === 0 ? null : record.periodStart + record.periodMs,
    paused: record.paused,
  };
}
