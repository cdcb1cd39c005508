/** Shows whether the database belongs to another environment. If so, nothing is delivered until it is adopted. */
export interface EnvironmentView {
  foreign: boolean;
  /** Another name, a copy, or messages without a mark. */
  reason: 'name' | 'copy' | 'unmarked' | null;
  /** This environment: its configured name, or the location of its database. */
  current: string;
  /** The environment that marked the database. */
  madeBy: string | null;
}
