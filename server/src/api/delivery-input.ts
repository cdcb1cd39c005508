/** Checks how an endpoint is sent events against its other settings. */
import { CoreError } from '../core/errors';
import { EVERY, type DeliveryMode } from '../core/gates/delivery-mode';
import { batchKindOf } from '../core/message/batch';
import type { EndpointRecord } from '../store/types';
import { valueOf } from './input';
import type { EndpointInput } from './types';

type Given = Pick<Partial<EndpointInput>, 'delivery' | 'documentLimit'> & {
  /** Completed. Absent: unchanged. */
  shape: EndpointRecord['shape'] | undefined;
};

/** @throws CoreError naming the field. */
export function checkDelivery(given: Given, stored: EndpointRecord | undefined): void {
  const delivery = valueOf(given.delivery, stored?.delivery, EVERY);
  const { mode } = delivery;
  if (mode === 'every') return;
  const field = given.delivery === undefined ? undefined : 'delivery.mode';
  // A held document would be sent its older state when it is released.
  if (valueOf(given.documentLimit, stored?.documentLimit, null) !== null) {
    const problem = `an endpoint in mode "${mode}" has no limit of messages about one document`;
    throw new CoreError('INVALID_VALUE', problem, field ?? 'documentLimit');
  }
  if (mode === 'latest') return;
  checkBatch(delivery, valueOf(given.shape, stored?.shape, null), field);
}

function checkBatch(
  delivery: Extract<DeliveryMode, { mode: 'batch' }>,
  shape: EndpointRecord['shape'],
  field: string | undefined
): void {
  if (delivery.by === 'quiet-time' && delivery.maxWaitMs < delivery.quietMs) {
    throw new CoreError('INVALID_VALUE', 'must be at least quietMs', 'delivery.maxWaitMs');
  }
  if (batchKindOf(shape) === null) {
    const problem = `the format "${shape?.format?.name}" makes one message of one event: it takes no batch`;
    throw new CoreError('INVALID_VALUE', problem, field ?? 'shape.format');
  }
}
