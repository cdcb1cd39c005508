/** Signs requests to AWS: Signature Version 4, in the `Authorization` header. */
import { AwsV4Signer } from 'aws4fetch';

import type { Login } from '../../core/brokers/broker-url';

export interface AwsCall {
  url: string;
  /** As AWS names it in signatures. */
  service: string;
  region: string;
  headers: Record<string, string>;
  body: string;
}

/**
 * @param now epoch ms.
 * @returns the headers, signed, with those of the signature.
 */
export async function signForAws(
  { headers, ...call }: AwsCall,
  { username, password }: Login,
  now: number
): Promise<Record<string, string>> {
  const signer = new AwsV4Signer({
    ...call,
    method: 'POST',
    headers,
    accessKeyId: username,
    secretAccessKey: password,
    datetime: basicFormat(now),
    // Also the content type, which decides how the body is read.
    allHeaders: true,
  });
  const signed = await signer.sign();
  return Object.fromEntries(signed.headers);
}

/** `20150830T123600Z` */
const basicFormat = (instant: number): string =>
  new Date(instant).toISOString().replace(/[:-]|\.\d{3}/g, '');
