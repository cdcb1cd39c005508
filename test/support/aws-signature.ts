/**
 * Verifies signatures of AWS as its documentation says it
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), with no code of
 * the library that signs.
 */
import { createHash, createHmac } from 'node:crypto';

export interface SignedRequest {
  method: string;
  /** Path and query, as sent. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface Scope {
  region: string;
  service: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([\da-f]{64})$/;
const VALID_MS = 300_000;

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest();

interface Claims {
  id: string;
  date: string;
  scope: Scope;
  /** Names of the signed headers. */
  names: string[];
  signature: string;
}

function claimsOf({ headers }: SignedRequest): Claims | null {
  const found = AUTHORIZATION.exec(String(headers.authorization))?.slice(1);
  if (found === undefined) return null;
  const [id = '', date = '', region = '', service = '', names = '', signature = ''] = found;
  return { id, date, scope: { region, service }, names: names.split(';'), signature };
}

/** @returns null when the request is signed with the secret of its access key, else the code of the refusal. */
export function awsRefusal(
  request: SignedRequest,
  secretOf: (accessKeyId: string) => string | undefined,
  scope: Scope,
  now = Date.now()
): string | null {
  const claims = claimsOf(request);
  if (claims === null) return 'IncompleteSignature';
  const secret = secretOf(claims.id);
  if (secret === undefined) return 'InvalidClientTokenId';
  const isFor = claims.scope.region === scope.region && claims.scope.service === scope.service;
  const isValid =
    isFor &&
    isComplete(request, claims, now) &&
    signatureOf(request, claims, secret) === claims.signature;
  return isValid ? null : 'SignatureDoesNotMatch';
}

const isSignedAlways = (name: string): boolean =>
  name === 'host' || name === 'content-type' || name.startsWith('x-amz-');

/** Whether what must be signed is, now. */
function isComplete({ headers }: SignedRequest, { date, names }: Claims, now: number): boolean {
  const stamp = String(headers['x-amz-date']);
  const required = Object.keys(headers).filter(isSignedAlways);
  return (
    stamp.startsWith(date) && isNow(stamp, now) && required.every((name) => names.includes(name))
  );
}

function signatureOf(request: SignedRequest, claims: Claims, secret: string): string {
  const { date, scope, names } = claims;
  const parts = [date, scope.region, scope.service, 'aws4_request'];
  const toSign = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    parts.join('/'),
    sha256(canonical(request, names)),
  ].join('\n');
  const key = parts.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}

function isNow(stamp: string, now: number): boolean {
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return Math.abs(Date.parse(iso) - now) <= VALID_MS;
}

/** The paths of the services need no encoding. */
function canonical({ method, path, headers, body }: SignedRequest, signed: string[]): string {
  const [pathname = '', query = ''] = path.split('?');
  const lines = [...signed]
    .sort()
    .map((name) => `${name}:${String(headers[name]).trim().replace(/\s+/g, ' ')}\n`);
  return [
    method,
    pathname,
    query.split('&').sort().join('&'),
    lines.join(''),
    signed.join(';'),
    sha256(body),
  ].join('\n');
}
