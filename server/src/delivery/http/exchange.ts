/**
 * One HTTP exchange, from the connection to the last byte that is kept. Ends once, with an outcome.
 *
 * Uses undici's `dispatch` rather than `request`: the body is counted as it arrives, one timer spans
 * the exchange, and no stream is created.
 */
import type { Dispatcher } from 'undici';

import type { Outcome } from '../../core/message/message';
import type { OutgoingRequest } from '../../core/message/request';
import { failureOf, timedOut, type Failure, type NoTunnel, type Phase } from './describe-error';
import { createBodyReader } from './read-body';

export interface Target {
  origin: string;
  /** Path and query. */
  path: string;
  /** The connection goes through a proxy. */
  tunneled: boolean;
}

export interface Limits {
  maxResponseBytes: number;
  /** Calls `abort` when the sender gives up. @returns a function that removes the listener. */
  onAbort: (abort: () => void) => () => void;
}

type Responded = Pick<Extract<Outcome, { kind: 'responded' }>, 'status' | 'headers'>;

const FIRST_FINAL_STATUS = 200;

export function exchange(
  agent: Dispatcher,
  target: Target,
  request: OutgoingRequest,
  limits: Limits
): Promise<Outcome | NoTunnel | 'aborted'> {
  return new Promise((resolve) => {
    let phase: Phase = 'connecting';
    let ended = false;
    let controller: Dispatcher.DispatchController | undefined;
    let head: Responded = { status: 0, headers: {} };
    const body = createBodyReader(limits.maxResponseBytes);

    const deadline = setTimeout(() => {
      giveUp(timedOut(phase, request.timeoutMs, target.tunneled));
    }, request.timeoutMs);
    const forgetAbort = limits.onAbort(() => {
      end('aborted');
      drop();
    });

    function end(outcome: Outcome | NoTunnel | 'aborted'): void {
      if (ended) return;
      ended = true;
      clearTimeout(deadline);
      forgetAbort();
      resolve(outcome);
    }

    function responded(complete: boolean): void {
      const { status, headers } = head;
      // The spread is last, here and in the rest of a message's path: before other properties, Node 20 copies slowly.
      end({ kind: 'responded', status, headers, ...body.finish(complete) });
    }

    /** Ends as failed, unless the part of the response that is kept has arrived. */
    function fail(failure: Failure | NoTunnel): void {
      if (phase === 'reading' && body.isFull()) responded(false);
      else end(failure);
    }

    function giveUp(failure: Failure | NoTunnel): void {
      fail(failure);
      drop();
    }

    /** Closes the connection. If there is none yet, `onRequestStart` does. */
    function drop(): void {
      controller?.abort(new Error('the exchange has ended'));
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(connected) {
        controller = connected;
        phase = 'waiting';
        // The deadline passed while it waited for a connection: it must not be sent after its settlement.
        if (ended) drop();
      },
      onResponseStart(_controller, status, headers) {
        if (status < FIRST_FINAL_STATUS) return; // 103 Early Hints, 102 Processing
        phase = 'reading';
        head = { status, headers: headers as Responded['headers'] };
      },
      onResponseData(_controller, chunk) {
        if (ended || body.push(chunk)) return;
        responded(false);
        drop();
      },
      onResponseEnd() {
        responded(true);
      },
      onResponseError(_controller, error) {
        fail(failureOf(error, phase));
      },
      onRequestUpgrade(_controller, _status, _headers, socket) {
        end({ kind: 'unreachable', error: 'the receiver switched protocols' });
        socket.destroy();
      },
    };

    const { origin, path } = target;
    const { method, headers } = request;
    agent.dispatch({ origin, path, method: method, headers, body: request.body }, handler);
  });
}
