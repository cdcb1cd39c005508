/**
 * One HTTP exchange: from the first attempt at a connection to the last byte that is wanted.
 *
 * Works on undici's dispatch level rather than on `request`: the body is counted as it arrives, one
 * timer spans the whole exchange, and a message costs no stream. Ends exactly once, with data.
 */
import type { Dispatcher } from 'undici';

import type { Outcome, OutgoingRequest } from '../../core/message/message';
import { failureOf, timedOut, type Failure, type NoTunnel, type Phase } from './describe-error';
import { createBodyReader } from './read-body';

export interface Target {
  origin: string;
  /** Path and query. */
  path: string;
  /** Through a proxy. */
  tunneled: boolean;
}

export interface Limits {
  maxResponseBytes: number;
  /** Calls `abort` when the sender is to give up. @returns what stops listening. */
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
      end({ kind: 'responded', ...head, ...body.finish(complete) });
    }

    /** Failed, unless all that we keep of the response had arrived: the rest is nobody's business. */
    function fail(failure: Failure | NoTunnel): void {
      if (phase === 'reading' && body.isFull()) responded(false);
      else end(failure);
    }

    function giveUp(failure: Failure | NoTunnel): void {
      fail(failure);
      drop();
    }

    /** Closes the connection. Before there is one, `onRequestStart` sees that the exchange has ended. */
    function drop(): void {
      controller?.abort(new Error('the exchange has ended'));
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(connected) {
        controller = connected;
        phase = 'waiting';
        // Its deadline passed while it waited for a connection: it must not go out after its settlement.
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
