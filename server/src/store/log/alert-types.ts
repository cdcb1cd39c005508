/** Facts that alerts are made from. */
export interface AlertStore {
  /** Failed messages by endpoint (0: to a URL), those of the plugin's own events apart. At most 10,000 are counted. */
  failedSince(since: number): Promise<Map<number, number>>;
  /** When the oldest due message of each endpoint was due (0: to a URL). Queues and flow-control keys apart. */
  oldestDueByEndpoint(now: number): Promise<Map<number, number>>;
  /** Reads a setting, and keeps it from others until the caller's transaction ends. Null: it is not stored. */
  lockSetting(name: string): Promise<string | null>;
  /** The rules and recipients of alerts. */
  writeAlertSettings(value: string): Promise<void>;
}
