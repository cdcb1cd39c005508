/**
 * The unfinished messages, one narrow row for each: what the delivery loop reads and leases.
 *
 * A claim changes only the two lease columns, which are in no index.
 */
import { UID } from '../tables';
import { id, instant, rowId } from './columns';

export const outbox = {
  uid: UID.outbox,
  singularName: 'outbox',
  tableName: 'gw_outbox',
  attributes: {
    /** That of the message. */
    id: id(),
    /** The unit of holding and limiting: an endpoint, a URL, a queue, a flow-control key. */
    lane: { type: 'string' },
    /** 1: waits behind a gate (a queue or a flow-control key), which alone lets it out. */
    gated: { type: 'integer' },
    /** 1: its gate has let it out. Always 0 for a message that is not gated. */
    admitted: { type: 'integer' },
    /** When it may be sent. */
    dueAt: instant(),
    /** Order within the lane: the position in a queue, elsewhere `dueAt`. */
    place: instant(),
    /** Null: not leased. */
    leaseToken: { type: 'string' },
    leasedUntil: instant(),
    endpointId: rowId(),
    flowKeyId: rowId(),
    /** `core/gates/delivery-mode.ts`; null: the endpoint is sent every event. */
    orderKey: { type: 'string' },
    /** 1: an attempt was made, or it is a callback. Keeps its turn in a queue. */
    started: { type: 'integer' },
  },
};
