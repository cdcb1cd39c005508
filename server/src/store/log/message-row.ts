/** A message as lists show it, with its row id. */
import type { MessageView } from '../views';
import type { Redaction } from '../../core/message/message';

export interface MessageRow extends Omit<
  MessageView,
  'held' | 'heldBy' | 'batched' | 'endpointDeleted'
> {
  id: number;
  /** Its document changed too often for the endpoint. */
  documentHeld: boolean;
  /** The parts that are shown as a hash only. */
  redact: Redaction | null;
}
