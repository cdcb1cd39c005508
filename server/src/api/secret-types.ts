/** The secret of an endpoint, as it is shown once and as it is changed. */

export interface EndpointSecret {
  /** `whsec_…`, or the one that was given. Returned by create and rotate, and never again. */
  secret: string;
  /** By which the receiver claims its messages and reads its manifest. Made from the secret. */
  token: string;
}

export interface RotateInput {
  /** How long the old secret signs beside the new one. */
  overlapMs?: number;
  /** Rotate although an earlier secret is still in its overlap; that one stops signing at once. */
  force?: boolean;
  /** The new secret. Absent: one is made. */
  secret?: string;
}
