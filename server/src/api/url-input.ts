/** Checks the URL of an endpoint, and takes the credentials for a message broker or a cloud service out of it. */
import { cloudOf, isBrokerUrl } from '../core/brokers/broker-url';
import { assertLogin } from '../core/brokers/cloud-login';
import { isSameServer, splitCredentials } from '../core/brokers/credentials';
import { CoreError } from '../core/errors';
import { assertEndpointUrl } from '../core/message/endpoint-url';
import type { Crypt } from '../host/secrets';
import type { Runtime } from '../runtime/runtime';
import type { EndpointRecord } from '../store/types';

type Around = Pick<Runtime, 'urlPolicy' | 'targetProblem'> & { crypt: Pick<Crypt, 'encrypt'> };
type Target = Pick<EndpointRecord, 'url' | 'credentials'>;

const FIELD = 'url';
const invalid = (problem: string): CoreError =>
  new CoreError('INVALID_URL', `${FIELD} ${problem}`, FIELD);

/** @throws CoreError `INVALID_URL`, `UNSAFE_URL`. */
export function urlColumns(
  { urlPolicy, crypt, targetProblem }: Around,
  raw: string,
  stored: Target | undefined
): Target {
  const { url, login } = isBrokerUrl(raw)
    ? splitCredentials(raw, FIELD)
    : { url: raw, login: null };
  assertEndpointUrl(url, urlPolicy, FIELD);
  const problem = targetProblem(url);
  if (problem !== null) throw invalid(problem);
  const cloud = cloudOf(url);
  if (cloud !== null && login !== 'kept') assertLogin(cloud, login, FIELD);
  if (login === 'kept') return { url, credentials: keptCredentials(url, stored) };
  return { url, credentials: login === null ? null : crypt.encrypt(JSON.stringify(login)) };
}

/** Credentials are never sent to a server that they were not entered for. */
function keptCredentials(url: string, stored: Target | undefined): string {
  const { credentials = null } = stored ?? {};
  if (credentials !== null && stored && isBrokerUrl(stored.url) && isSameServer(url, stored.url)) {
    return credentials;
  }
  throw invalid('has *** for credentials that are not known for this server: enter them');
}
