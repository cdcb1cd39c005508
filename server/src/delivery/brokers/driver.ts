/** A driver connects to one kind of broker, with the client that the app has installed. */
import { isIP } from 'node:net';

import type { BrokerUrl, Login } from '../../core/brokers/broker-url';
import type { Outcome, TlsIdentity } from '../../core/message/message';

/** Loads a package of the app. @throws Error when it is not installed. */
export type LoadPackage = <Package>(name: string) => Package;

export interface Server {
  url: BrokerUrl;
  /** One of its host, checked. The client connects to this and resolves no name. */
  address: string;
  login: Login | null;
  tls: TlsIdentity | null;
  connectTimeoutMs: number;
}

export interface BrokerMessage {
  /** The broker's key against duplicates. */
  id: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  timeoutMs: number;
}

export interface Connection {
  /** @returns what the broker confirmed, when it has stored the message. */
  publish(to: BrokerUrl, message: BrokerMessage): Promise<object>;
  close(): Promise<unknown>;
}

export type Failure = Exclude<Outcome, { kind: 'responded' }>;

export interface Driver {
  /** Names of the client's packages. */
  packages: readonly string[];
  /** @param onClosed called when the connection is of no use any more. */
  connect(server: Server, onClosed: () => void): Promise<Connection>;
  /** @returns null for errors of the network. */
  describe(error: unknown, url: BrokerUrl): Failure | null;
}

/** Options of Node's TLS. The certificate is checked against the host of the URL, not against the address. */
export const tlsOptions = ({ url, tls }: Server) => ({
  ...(isIP(url.host) === 0 ? { servername: url.host } : { host: url.host }),
  ...(tls?.ca && { ca: tls.ca }),
  ...(tls?.certificate && { cert: tls.certificate }),
  ...(tls?.privateKey && { key: tls.privateKey }),
});

export const unreachable = (error: string): Failure => ({ kind: 'unreachable', error });

/** An error of a client. There is no class to check for: the app may have several versions. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
export const textOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
