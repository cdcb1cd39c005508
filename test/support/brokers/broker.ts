/** A message broker that a test starts, kills and reads. */
export const LOGIN = { username: 'strapi', password: 'p@ss/w:rd' };

/** As in a URL. */
export const USERINFO = `${LOGIN.username}:${encodeURIComponent(LOGIN.password)}`;

export interface StoredMessage {
  /** Names as they were sent. */
  headers: Record<string, string>;
  body: string;
}

export interface Broker {
  readonly port: number;
  /** Whether it recognizes a message that it is sent again. */
  readonly isIdempotent: boolean;
  /** Larger messages are refused. */
  readonly maxBytes: number;
  /** @param address where messages are stored, or where nothing stores them. */
  urlAt(port: number, address?: 'stored' | 'unrouted', userinfo?: string): string;
  /** Everything that it has stored, oldest first. */
  stored(): Promise<StoredMessage[]>;
  kill(): Promise<void>;
  /** On the same port, with what it has stored. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
