/** Reads and writes the installation's settings by name. */
import type { StoreContext } from './context';
import type { SettingStore } from './setting-types';
import { textOrNull, type Row } from './rows';

export function createSettings(ctx: StoreContext): SettingStore {
  const table = () => ctx.tables.setting.name;

  async function readSetting(name: string): Promise<string | null> {
    const [row] = await ctx.query<Row[]>((knex) => knex(table()).select('value').where({ name }));
    return textOrNull(row?.value);
  }

  return {
    readSetting,

    async readSettings(prefix) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(table()).select('name', 'value').where('name', 'like', `${prefix}%`)
      );
      return new Map(rows.map(({ name, value }) => [String(name), String(value)]));
    },

    async writeSetting(name, value) {
      await ctx.query((knex) =>
        knex(table()).insert({ name, value }).onConflict('name').merge(['value'])
      );
    },

    async removeSettings(names) {
      await ctx.query((knex) =>
        knex(table())
          .whereIn('name', [...names])
          .delete()
      );
    },

    async claimSetting(name, value) {
      await ctx.query((knex) => knex(table()).insert({ name, value }).onConflict('name').ignore());
      return (await readSetting(name)) ?? value;
    },
  };
}
