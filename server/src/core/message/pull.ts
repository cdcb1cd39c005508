/**
 * Endpoints without an address: their receivers claim the messages, and report what became of them.
 *
 * A report counts as the response of the receiver, so that everything that follows from a response follows
 * from it: retries, dead letters, callbacks, the endpoint's health.
 */
import type { Outcome } from './message';
import { MINUTE_MS } from '../time';
import { storeBody } from './payload';

/** In place of a URL. */
export const PULL_URL = 'pull:';

/** A temporary endpoint is removed when nobody has claimed for so long. */
export const TEMPORARY_MS = 5 * MINUTE_MS;

export const isPulled = ({ url }: { url: string }): boolean => url === PULL_URL;

const DELIVERED = 200;
const FAILED = 500;
const UNAVAILABLE = 503;

/** The report of a receiver on a message that it has claimed. */
export interface PullReport {
  /** `msg_…` */
  id: string;
  /** As given with the message. */
  lease: string;
  outcome: 'delivered' | 'failed';
  /** Default: 200 for delivered, 500 for failed, 503 with `retryAfterS`. */
  status?: number | undefined;
  /** Shown with the attempt. */
  body?: string | undefined;
  /** The earliest time of the next attempt, in seconds from now. */
  retryAfterS?: number | undefined;
  /** There was no response: why. */
  error?: string | undefined;
}

/** A message as its receiver claims it. */
export interface PulledMessage {
  id: string;
  /** To settle it. */
  lease: string;
  /** Afterwards it may be given to another one. */
  leasedUntil: number;
  /** Attempts that were made before. */
  attempts: number;
  method: string;
  /** As of a request: identification, signatures, the endpoint's own. */
  headers: Record<string, string>;
  /** The exact text that is signed. */
  body: string;
  /** `base64`: the signed bytes are no text. */
  encoding: 'utf8' | 'base64';
}

export interface PullSettlement {
  /** Ids of the messages that were settled. */
  settled: string[];
  /** Ids of those whose lease has ended or belongs to another one. Nothing changed. */
  refused: string[];
}

export function outcomeOf(report: PullReport, maxBodyBytes: number): Outcome {
  const { outcome, status, body = '', retryAfterS, error } = report;
  if (error !== undefined) return { kind: 'unreachable', error };
  const bytes = Buffer.from(body);
  const failed = retryAfterS === undefined ? FAILED : UNAVAILABLE;
  return {
    kind: 'responded',
    status: status ?? (outcome === 'delivered' ? DELIVERED : failed),
    headers: retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) },
    body: storeBody(bytes.subarray(0, maxBodyBytes)),
    bodyTruncated: bytes.length > maxBodyBytes,
  };
}

/** A lease that tells when it began. */
export const leaseFrom = (token: string, now: number): string => `${token}.${now.toString(36)}`;

/** @returns when a lease began. */
export const leasedAt = (lease: string): number =>
  Number.parseInt(lease.slice(lease.lastIndexOf('.') + 1), 36);
