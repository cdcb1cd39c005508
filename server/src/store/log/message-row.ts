/** A message as lists show it, and its row's id. */
import type { MessageView } from '../views';
import type { Redaction } from '../../core/message/message';

export interface MessageRow extends Omit<MessageView, 'held'> {
  id: number;
  /** What of it is shown as a hash only. */
  redact: Redaction | null;
}
