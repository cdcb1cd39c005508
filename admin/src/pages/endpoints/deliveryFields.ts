/** Converts how an endpoint is sent events between the form and the admin API. */
import { MINUTE_MS } from '../../utils/time';

import type { EndpointInput, EndpointView } from '../../../../server/src/panel/contract';

export const MODES = ['every', 'latest', 'transaction', 'quiet-time'] as const;
/** The last two are batches. */
export type Mode = (typeof MODES)[number];

export interface DeliveryFields {
  mode: Mode;
  quietMs: number | null;
  maxWaitMs: number | null;
  maxEvents: number | null;
}

export interface RateFields {
  /** Null: any number. */
  count: number | null;
  per: 'second' | 'minute';
}

const FRESH = {
  quietMs: MINUTE_MS,
  maxWaitMs: 10 * MINUTE_MS,
  maxEvents: 100,
};

export const deliveryFieldsOf = (
  delivery: EndpointView['delivery'] | undefined
): DeliveryFields => {
  if (delivery?.mode !== 'batch') return { ...FRESH, mode: delivery?.mode ?? 'every' };
  return { ...FRESH, ...delivery, mode: delivery.by };
};

/** Absent numbers are left to the server, which says so at the field. */
export const deliveryInputOf = ({
  mode,
  quietMs,
  maxWaitMs,
  maxEvents,
}: DeliveryFields): EndpointInput['delivery'] => {
  switch (mode) {
    case 'every':
    case 'latest':
      return { mode };
    case 'transaction':
      return { mode: 'batch', by: mode, maxEvents: maxEvents as number };
    case 'quiet-time':
      return {
        mode: 'batch',
        by: mode,
        quietMs: quietMs as number,
        maxWaitMs: maxWaitMs as number,
        maxEvents: maxEvents as number,
      };
  }
};

export const rateFieldsOf = (rate: EndpointView['rateLimit'] | undefined): RateFields =>
  rate ?? { count: null, per: 'second' };

export const rateInputOf = ({ count, per }: RateFields): EndpointInput['rateLimit'] =>
  count === null ? null : { count, per };
