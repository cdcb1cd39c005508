/**
 * Settles attempts whose response the database cannot store. Otherwise the message would be sent again
 * each time its lease ends, and the rest of its group with it.
 *
 * A refused group is halved until the attempt is alone. It is then recorded in ASCII, and if that is
 * refused as well, without the response and with a note.
 */
import type { Settled } from '../../core/message/message';
import { bareSettled, plainSettled } from '../../core/message/plain-attempt';
import type { Log, Settle, SettleResult } from '../loop/ports';

interface Dependencies {
  settle: Settle;
  /** The database refused the values, rather than the statement or the connection. */
  isUnstorable: (error: unknown) => boolean;
  log: Log;
}

export function createStorableSettle({ settle, isUnstorable, log }: Dependencies): Settle {
  async function settleOne(settled: Settled, refusal: unknown): Promise<SettleResult> {
    const reason = messageOf(refusal);
    log.warn(
      `the database cannot store what ${settled.message.messageId} was answered (${reason}); recording it escaped`
    );
    try {
      return await settle([plainSettled(settled)]);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      return settle([
        bareSettled(settled, `The database could not store the response: ${messageOf(error)}`),
      ]);
    }
  }

  async function settleGroup(group: readonly Settled[]): Promise<SettleResult> {
    try {
      return await settle(group);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      const [first] = group;
      if (first !== undefined && group.length === 1) return settleOne(first, error);
      const middle = Math.ceil(group.length / 2);
      const one = await settleGroup(group.slice(0, middle));
      const other = await settleGroup(group.slice(middle));
      return {
        ours: new Set([...one.ours, ...other.ours]),
        changed: one.changed || other.changed,
      };
    }
  }

  return settleGroup;
}

const MAX_REASON_LENGTH = 200;

/** The driver's message, without the statement that knex puts in front of it. */
function messageOf(error: unknown): string {
  const { sqlMessage, message } = error as { sqlMessage?: string; message: string };
  const said = sqlMessage ?? message.slice(message.lastIndexOf(' - ') + 1).replace(/^- /, '');
  return said.slice(0, MAX_REASON_LENGTH);
}
