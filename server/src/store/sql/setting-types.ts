/** Settings of the installation by name. */
export interface SettingStore {
  readSetting(name: string): Promise<string | null>;
  /** Settings whose name begins so. @param prefix without `%` and `_` */
  readSettings(prefix: string): Promise<Map<string, string>>;
  writeSetting(name: string, value: string): Promise<void>;
  removeSettings(names: readonly string[]): Promise<void>;
  /** Writes the value unless one is stored. @returns the stored value. */
  claimSetting(name: string, value: string): Promise<string>;
}
