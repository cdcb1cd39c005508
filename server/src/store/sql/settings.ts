/** Reads and writes the installation's settings by name. */
import type { StoreContext } from './context';
import type { SettingStore } from '../types';
import { textOrNull, type Row } from './rows';

export function createSettings(ctx: StoreContext): SettingStore {
  const table = () => ctx.tables.setting.name;

  async function readSetting(name: string): Promise<string | null> {
    const [row] = await ctx.query<Row[]>((knex) => knex(table()).select('value').where({ name }));
    return textOrNull(row?.value);
  }

  return {
    readSetting,

    async writeSetting(name, value) {
      await ctx.query((knex) =>
        knex(table()).insert({ name, value }).onConflict('name').merge(['value'])
      );
    },

    async claimSetting(name, value) {
      await ctx.query((knex) => knex(table()).insert({ name, value }).onConflict('name').ignore());
      return (await readSetting(name)) ?? value;
    },
  };
}
