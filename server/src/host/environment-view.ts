/** A database copied from another environment: nothing is delivered until it is adopted, or what is pending discarded. */
export interface EnvironmentView {
  foreign: boolean;
  /** Why it is taken for another one's: another name, a copy, or messages without a mark. */
  reason: 'name' | 'copy' | 'unmarked' | null;
  /** This environment: its configured name, or where its database is. */
  current: string;
  /** The environment that made the database. */
  madeBy: string | null;
}
