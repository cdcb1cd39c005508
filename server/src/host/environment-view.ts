/** A database copied from another environment: nothing is delivered until it is adopted, or what is pending discarded. */
export interface EnvironmentView {
  foreign: boolean;
  /** This environment: its configured name, or where its database is. */
  current: string;
  /** The environment that made the database. */
  madeBy: string | null;
}
