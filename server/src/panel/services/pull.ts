/** Serves the receivers of endpoints with the URL `pull:`: they claim their messages and settle them. */
import { CoreError } from '../../core/errors';
import { isPulled, type PulledMessage, type PullSettlement } from '../../core/message/pull';
import { parseClaim, parseReports } from '../../api/pull-input';
import { isReceiverToken } from '../../core/signing/receiver-token';
import { signingSecrets } from '../../delivery/engine/target';
import type { Runtime } from '../../runtime/runtime';

export interface PullCall {
  endpointId: number;
  token: string;
  input: unknown;
}

/** @throws CoreError NOT_FOUND for another endpoint, another token, or none at all. */
async function authorize({ directory, clock }: Runtime, { endpointId, token }: PullCall) {
  // It may have been made on another node a moment ago.
  if (directory.endpoint(endpointId) === undefined) await directory.refreshIfChanged();
  const endpoint = directory.endpoint(endpointId);
  const isKnown = endpoint !== undefined && isPulled(endpoint);
  if (isKnown && isReceiverToken(token, signingSecrets(endpoint, clock.now()))) return;
  throw new CoreError('NOT_FOUND', 'there is no endpoint to claim messages of for this token');
}

/**
 * @param client fires when the client has gone.
 * @throws CoreError naming the field.
 */
export async function claimMessages(
  runtime: Runtime,
  call: PullCall,
  client: AbortSignal
): Promise<{ messages: PulledMessage[] }> {
  await authorize(runtime, call);
  const ask = parseClaim(call.input ?? {}, runtime.config.dispatcher.leaseMs);
  return { messages: await runtime.pull.claim(call.endpointId, ask, client) };
}

/** @throws CoreError naming the field. */
export async function settleMessages(runtime: Runtime, call: PullCall): Promise<PullSettlement> {
  await authorize(runtime, call);
  return runtime.pull.settle(call.endpointId, parseReports(call.input));
}
