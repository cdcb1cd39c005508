/** Where messages of an endpoint may go: over HTTP, to a message broker, to the app's own code, or nowhere until they are claimed. */
import { assertBrokerUrl, isBrokerUrl } from '../brokers/broker-url';
import { parseTarget, type UrlPolicy } from '../safety/url-safety';
import { handlerNameOf, validateHandlerName } from './callback-target';
import { isPulled } from './pull';

/** @throws CoreError `INVALID_URL`, `INVALID_VALUE`, `UNSAFE_URL`. */
export function assertEndpointUrl(url: string, policy: UrlPolicy, field: string): void {
  if (isPulled({ url })) return;
  const name = handlerNameOf(url);
  if (name !== null) validateHandlerName(name, field);
  else if (isBrokerUrl(url)) assertBrokerUrl(url, policy, field);
  else parseTarget(url, policy, field);
}
