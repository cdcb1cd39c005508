/** The callbacks of an attempt. Those of the message override those of its endpoint. */
import { DEFAULT_PUBLISH_POLICY } from '../../core/retry/backoff';
import { callbacksOf, type CallbackMaking, type CallbackTerms } from '../../core/message/callback';
import type { ClaimedMessage, NewCallback, Settled } from '../../core/message/message';
import type { Directory, EndpointSettings } from './directory';

const NONE: NewCallback[] = [];

export function createAttemptCallbacks(
  directory: Pick<Directory, 'endpoint'>,
  making: CallbackMaking
): (settled: Settled) => NewCallback[] {
  return (settled) => {
    const { message } = settled;
    const { endpointId } = message;
    const endpoint = endpointId === null ? undefined : directory.endpoint(endpointId);
    const terms = termsOf(message, endpoint);
    return terms === null ? NONE : callbacksOf(settled, terms, making);
  };
}

function termsOf(
  message: ClaimedMessage,
  endpoint: EndpointSettings | undefined
): CallbackTerms | null {
  const inherited = endpoint?.callbackSpecs ?? null;
  const own = message.callbacks ?? null;
  if (inherited === null && own === null) return null;
  const { url, method, retryPolicy } = endpoint ?? {
    ...message,
    retryPolicy: DEFAULT_PUBLISH_POLICY,
  };
  return {
    specs: { ...inherited, ...own },
    url,
    method,
    retryPolicy: message.retryPolicy ?? retryPolicy,
  };
}
