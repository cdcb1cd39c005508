/** Records the events of a change in its transaction, or withholds them from code that is muted. */
import type { NewEvent } from '../core/message/message';
import type { TransactionCallbacks } from '../host/confirmed-transaction';
import type { Mute } from './mute';
import type { CaptureDeps } from './ports';

export function createRecording({ record, wake }: Pick<CaptureDeps, 'record' | 'wake'>) {
  return async function recordIn(
    transaction: TransactionCallbacks,
    events: NewEvent[],
    mute: Mute | null
  ): Promise<void> {
    if (events.length === 0) return;
    if (mute !== null) await mute.withhold(events, transaction);
    else if ((await record(events)) > 0) transaction.onCommit(wake);
  };
}
