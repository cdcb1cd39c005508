/** Credentials that cloud services take. */
import { invalidUrl } from '../safety/url-safety';
import { readServiceAccount } from '../signing/service-account';
import type { Login } from './broker-url';
import { CLOUDS, type CloudKind } from './cloud-url';

const ACCESS_KEY_ID = /^\w{1,128}$/;

/** @throws CoreError `INVALID_URL`. Its message does not quote them. */
export function assertLogin(kind: CloudKind, login: Login | null, field: string): void {
  const { example } = CLOUDS[kind];
  if (kind === 'pubsub') {
    if (login === null) throw invalidUrl(field, `has no key file before the host: ${example}`);
    readServiceAccount(login.username, field);
  } else if (login === null || login.username === '' || login.password === '') {
    throw invalidUrl(field, `has no access key before the host, its id and its secret: ${example}`);
  } else if (!ACCESS_KEY_ID.test(login.username)) {
    throw invalidUrl(field, 'has an access key whose id is not letters and digits');
  }
}
