/** Lists in either order, and what an endpoint was sent about the same entry before. */
import type { MessageFilter } from '../../server/src/panel/contract';
import type { NewEvent, NewMessage } from '../../server/src/core/message/message';
import { createSearchWindow } from '../../server/src/store/log/queries/search-window';
import { databasesUnderTest } from '../support/databases';
import { claim, dead, delivered, event, message, NOW, responded } from './factories';
import { useScratch } from './scratch';

const HOUR_MS = 3_600_000;

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;
    const insert = async (draft: Partial<NewMessage> = {}, cause: Partial<NewEvent> = {}) => {
      const [inserted] = await store().insert(
        [{ event: event(cause), messages: [message(draft)] }],
        NOW
      );
      return inserted!;
    };

    async function settleAll(how: 'delivered' | 'dead') {
      const settle = how === 'dead' ? dead : delivered;
      const claimed = await store().claim(claim({ limit: 1_000 }));
      await store().settle(claimed.map((one) => settle(one, responded(200))));
    }

    it('lists oldest first, page by page, whatever the states', async () => {
      const ids: string[] = [];
      for (const how of ['dead', 'delivered', 'dead', 'delivered'] as const) {
        ids.push((await insert()).messageId);
        await settleAll(how);
      }
      const filters: MessageFilter[] = [
        {},
        { state: ['dead', 'delivered'] },
        { uid: ['api::article.article'] },
      ];
      for (const filter of filters) {
        const page = { order: 'asc', limit: 3 } as const;
        const first = await store().listMessages(filter, page);
        const second = await store().listMessages(filter, { ...page, past: first.at(-1)!.id });
        expect([...first, ...second].map(({ messageId }) => messageId)).toEqual(ids);
      }
      const dead = await store().listMessages({ state: ['dead'] }, { order: 'asc', limit: 1 });
      expect(dead[0]?.messageId).toBe(ids[0]);
      const events = await store().listEvents({}, { order: 'asc', limit: 9 });
      expect(events.map(({ id }) => id)).toEqual(events.map(({ id }) => id).sort((a, b) => a - b));
      expect(events).toHaveLength(4);
    });

    it('finds what an endpoint was sent about the same entry before', async () => {
      const about = (entryLocale: string | null, endpointId = 7) =>
        insert({ endpointId }, { entryLocale });
      const first = await about('en');
      await about('fr');
      await about('en', 8);
      const second = await about('en');
      const [row] = await store().findMessages([second.messageId]);
      expect((await store().messageBefore(row!))?.messageId).toBe(first.messageId);
      const [oldest] = await store().findMessages([first.messageId]);
      expect(await store().messageBefore(oldest!)).toBeNull();
    });

    it('searches a long log from its start, and jumps to a time range', async () => {
      const rows: number[] = [];
      for (let hour = 0; hour < 8; hour += 1) {
        await store().insert([{ event: event(), messages: [message()] }], NOW + hour * HOUR_MS);
        rows.push((await store().listMessages({}, { limit: 1 }))[0]!.id);
      }
      const window = createSearchWindow(scratch().context, 3);
      const at = (hour: number) => NOW + hour * HOUR_MS;
      const oldestFirst = (filter: MessageFilter, past?: number) => window(filter, past, 'asc');
      expect(await oldestFirst({ topic: ['t0'] })).toEqual({ upTo: rows[2], searchedTo: at(2) });
      expect(await oldestFirst({ topic: ['t0'] }, rows[2])).toEqual({
        past: rows[2],
        upTo: rows[5],
        searchedTo: at(5),
      });
      expect(await oldestFirst({ topic: ['t0'] }, rows[5])).toBeNull();
      expect(await oldestFirst({ from: at(3) })).toMatchObject({
        upTo: rows[5],
        searchedTo: at(5),
      });
      expect(await oldestFirst({ to: at(1) })).toMatchObject({ searchedTo: null });
      expect(await oldestFirst({ from: at(3), to: at(4) })).toMatchObject({ searchedTo: null });
    });
  });
}
