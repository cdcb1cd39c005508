/** Types of alerts. Part of `contract.ts`. */
import type { AlertRules } from '../core/health/alerts';

/** Which alerts are sent, and to whom. Without recipients none is. */
export interface AlertSettings extends AlertRules {
  /** Addresses, at most 20. */
  emails: string[];
  /** At most 10. Sent in their format. */
  endpointIds: number[];
}

export interface AlertSettingsView extends AlertSettings {
  /** 0: nothing was saved yet. */
  version: number;
  /** Why the last e-mail was not sent; it is tried again. Null: every e-mail was sent. */
  mailError: string | null;
}

export interface AlertTest {
  /** Why the e-mail was not sent. Null: it was sent, or there are no addresses. */
  mailError: string | null;
  /** One message for each endpoint. */
  messageIds: string[];
}
