/** What the panel reads: filters, pages, counts; and bulk jobs, which walk by the same filters. */
import type { DisplayedState, MessageFilter } from '../../server/src/panel/contract';
import type { NewEvent, NewMessage } from '../../server/src/core/message/message';
import { NO_ENDPOINT } from '../../server/src/core/message/limits';
import { createEventQueries } from '../../server/src/store/log/queries/events';
import { createMessageQueries } from '../../server/src/store/log/queries/messages';
import { createSearchWindow } from '../../server/src/store/log/queries/search-window';
import type { MessageSearch } from '../../server/src/store/types';
import { databasesUnderTest } from '../support/databases';
import {
  NO_MESSAGES,
  claim,
  dead,
  delivered,
  event,
  message,
  NOW,
  responded,
  retry,
} from './factories';
import { useScratch } from './scratch';

const idOf = ({ messageId }: { messageId: string }) => messageId;

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;
    const insert = async (draft: Partial<NewMessage> = {}, cause: Partial<NewEvent> = {}) => {
      const messages = [message(draft)];
      const [inserted] = await store().insert([{ event: event(cause), messages }], NOW);
      return inserted!;
    };
    const listed = async (filter: MessageSearch) =>
      (await store().listMessages(filter, { limit: 100 })).map(({ messageId }) => messageId);

    /** Claims everything due and settles it with that answer. */
    async function settleAll(how: 'delivered' | 'dead', status = how === 'dead' ? 500 : 200) {
      const claimed = await store().claim(claim({ limit: 1_000 }));
      const settle = how === 'dead' ? dead : delivered;
      await store().settle(claimed.map((one) => settle(one, responded(status))));
    }

    describe('a filter', () => {
      it('narrows by every field, and a list means "any of"', async () => {
        const a = await insert(
          {
            endpointId: 7,
            topicName: 'news',
            labels: ['red', 'big'],
            url: 'https://a.example/x_y',
            queue: { name: 'orders' },
            scheduleId: 'scd_1',
          },
          {
            name: 'entry.update',
            uid: 'api::page.page',
            entryDocumentId: 'b1b2c3d4e5f6g7h8i9j0k1l2',
            entryTitle: 'Äpfel: 100% ripe',
          }
        );
        const b = await insert({
          endpointId: 8,
          labels: ['re'],
          url: 'https://b.example/100%',
          flowControl: { key: 'tenant, 42', parallelism: 1 },
        });
        const bare = await insert({ endpointId: null, url: 'https://c.example/' });
        const both = [b.messageId, a.messageId];
        const all = [bare.messageId, ...both];
        const cases: [MessageFilter, string[]][] = [
          [{}, all],
          [{ endpointId: [7] }, [a.messageId]],
          [{ endpointId: [7, 8] }, both],
          [{ endpointId: [] }, []],
          [{ topic: ['news'] }, [a.messageId]],
          [{ event: ['entry.update'] }, [a.messageId]],
          [{ uid: ['api::page.page', 'api::other.other'] }, [a.messageId]],
          [{ messageId: [b.messageId] }, [b.messageId]],
          [{ entryDocumentId: 'b1b2c3d4e5f6g7h8i9j0k1l2' }, [a.messageId]],
          [{ label: ['red'] }, [a.messageId]],
          [{ label: ['re'] }, [b.messageId]],
          [{ label: [] }, []],
          [{ queue: ['orders'] }, [a.messageId]],
          [{ flowControlKey: ['tenant, 42'] }, [b.messageId]],
          [{ flowControlKey: ['tenant'] }, []],
          [{ scheduleId: ['scd_1', 'scd_2'] }, [a.messageId]],
          [{ endpointId: [0] }, [bare.messageId]],
          [{ endpointId: [0, 8] }, [bare.messageId, b.messageId]],
          [{ from: NOW, to: NOW + 1 }, all],
          [{ from: NOW + 1 }, []],
          [{ to: NOW }, []],
          [{ search: a.messageId }, [a.messageId]],
          [{ search: 'msg_' }, all],
          [{ search: 'msg!' }, []],
          [{ search: 'b1b2c3d4e5f6g7h8i9j0k1l2' }, [a.messageId]],
          [{ search: 'x_y' }, [a.messageId]],
          [{ search: 'a_example' }, []],
          [{ search: '100%' }, [b.messageId, a.messageId]],
          [{ search: '%' }, [b.messageId, a.messageId]],
          [{ search: 'RIPE' }, [a.messageId]],
          [{ search: 'Äpfel' }, [a.messageId]],
          [{ search: "'; drop table gw_messages; --" }, []],
          [{ search: '\\' }, []],
          [{ endpointId: [8], topic: ['news'] }, []],
        ];
        for (const [filter, expected] of cases) {
          expect([filter, await listed(filter)]).toEqual([filter, expected]);
          expect([filter, await store().countMatching(filter)]).toEqual([filter, expected.length]);
        }
      });

      it('distinguishes responses, no response and no attempt', async () => {
        const refused = await insert();
        const [claimed] = await store().claim(claim());
        await store().settle([retry(claimed!, NOW + 9)]);
        const failed = await insert();
        await settleAll('dead', 503);
        await insert();
        expect(await listed({ status: [503] })).toEqual([failed.messageId]);
        expect(await listed({ status: [0] })).toEqual([refused.messageId]);
        expect(await listed({ status: [0, 503] })).toEqual([failed.messageId, refused.messageId]);
        expect(await listed({ status: [] })).toEqual([]);
      });
    });

    it('splits the pending messages as they are displayed', async () => {
      const retrying = await insert({ endpointId: 7 });
      const held = await insert({ endpointId: 8 });
      await store().settle(
        (await store().claim(claim({ limit: 2 }))).map((one) => retry(one, NOW + 9))
      );
      const fresh = await insert({ endpointId: 7 });
      const bare = await insert({ endpointId: null });
      const search = (
        displayed: DisplayedState[],
        more: Partial<MessageSearch> = {}
      ): MessageSearch => ({
        state: ['pending'],
        displayed,
        heldEndpointIds: [8],
        ...more,
      });
      const cases: [MessageSearch, string[]][] = [
        [search(['held']), [held.messageId]],
        [search(['retrying']), [retrying.messageId]],
        [search(['pending']), [bare.messageId, fresh.messageId]],
        [search(['pending', 'retrying', 'held']), [bare, fresh, held, retrying].map(idOf)],
        [search(['retrying', 'held'], { endpointId: [7] }), [retrying.messageId]],
        [search(['retrying', 'held'], { heldEndpointIds: [] }), [held, retrying].map(idOf)],
        [search(['delivered']), []],
        [search([]), []],
      ];
      for (const [filter, expected] of cases) {
        expect([filter, await listed(filter)]).toEqual([filter, expected]);
      }
      expect(await store().countRetrying([NO_ENDPOINT, 7])).toBe(1);
      expect(await store().countRetrying([7, 8])).toBe(2);
    });

    it('pages by key, newest first, over several states in one order', async () => {
      const ids: string[] = [];
      for (const how of ['dead', 'delivered', 'dead', 'delivered'] as const) {
        ids.unshift((await insert()).messageId);
        await settleAll(how);
      }
      await insert();
      const filter: MessageFilter = { state: ['dead', 'delivered'] };
      const first = await store().listMessages(filter, { limit: 3 });
      const second = await store().listMessages(filter, { limit: 3, past: first.at(-1)!.id });
      expect([...first, ...second].map(({ messageId }) => messageId)).toEqual(ids);
    });

    it('searches a long log some rows at a time, and jumps to a time range', async () => {
      const HOUR_MS = 3_600_000;
      const rows: number[] = [];
      for (let hour = 0; hour < 8; hour += 1) {
        const deliveries = [{ event: event(), messages: [message({ topicName: `t${hour}` })] }];
        await store().insert(deliveries, NOW + hour * HOUR_MS);
        rows.push((await store().listMessages({}, { limit: 1 }))[0]!.id);
      }
      const window = createSearchWindow(scratch().context, 3);
      const at = (hour: number) => NOW + hour * HOUR_MS;

      expect(await window({ state: ['pending'] })).toBeNull();
      expect(await window({ topic: ['t0'] })).toEqual({ upTo: rows[5], searchedTo: at(5) });
      expect(await window({ topic: ['t0'] }, rows[5])).toEqual({
        past: rows[5],
        upTo: rows[2],
        searchedTo: at(2),
      });
      expect(await window({ topic: ['t0'] }, rows[2])).toBeNull();
      expect(await window({ from: at(6) })).toEqual({ upTo: rows[6], searchedTo: null });
      expect(await window({ to: at(4) })).toEqual({
        past: rows[5],
        upTo: rows[2],
        searchedTo: at(2),
      });
      expect(await window({ from: at(3), to: at(4) })).toMatchObject({ searchedTo: null });
    });

    it('shows a message as the panel needs it', async () => {
      const { messageId } = await insert({
        labels: ['red'],
        retryPolicy: { kind: 'list', delaysMs: [1, 2] },
        body: { text: 'own', encoding: 'utf8' },
        signatures: ['jwt'],
      });
      await settleAll('dead', 502);
      const found = await store().findMessage(messageId);
      expect(found).toMatchObject({
        messageId,
        state: 'dead',
        event: 'entry.publish',
        uid: 'api::article.article',
        entryDocumentId: 'a1b2c3d4e5f6g7h8i9j0k1l2',
        topicName: 'articles',
        endpointId: 1,
        endpointName: 'shop',
        url: 'https://example.com/hook',
        method: 'POST',
        maxRetries: 2,
        attempts: 1,
        labels: ['red'],
        lastOutcome: 'responded',
        lastStatus: 502,
        lastError: null,
        lastAttemptAt: NOW,
        lastDurationMs: 12,
        ownBody: { text: 'own', encoding: 'utf8' },
        signatures: ['jwt'],
        retryPolicy: { kind: 'list', delaysMs: [1, 2] },
      });
      const summary = await store().findMessages([messageId, 'msg_unknown']);
      expect(summary).toEqual([expect.objectContaining({ messageId, maxRetries: 2 })]);
      expect(await store().findMessages([])).toEqual([]);
      expect(await store().findMessage('msg_unknown')).toBeNull();
    });

    it('finds siblings by event, and callbacks by source', async () => {
      const messages = [message(), message()];
      await store().insert([{ event: event(), messages }], NOW);
      const callback = await insert({ sourceMessageId: messages[0]!.messageId });
      const { eventId } = (await store().findMessage(messages[0]!.messageId))!;
      const siblings = await store().siblings(eventId, 10);
      expect(siblings.map(({ messageId }) => messageId)).toEqual(
        messages.map(({ messageId }) => messageId)
      );
      expect(await store().callbacksOf(messages[0]!.messageId)).toEqual([
        expect.objectContaining({ messageId: callback.messageId }),
      ]);
    });

    it('lists events, newest first, and reads one with its bytes', async () => {
      await insert({}, { name: 'entry.create', source: 'api' });
      await insert(
        {},
        { name: 'order.paid', uid: null, entryDocumentId: null, actor: { kind: 'none' } }
      );
      const events = await store().listEvents({}, { limit: 10 });
      expect(events.map(({ name }) => name)).toEqual(['order.paid', 'entry.create']);
      expect(events[0]).toMatchObject({ uid: null, actor: { kind: 'none' }, createdAt: NOW });
      expect(events[1]?.actor).toEqual({ kind: 'admin', id: 1, label: 'ada@example.com' });
      const names = async (...args: Parameters<ReturnType<typeof store>['listEvents']>) =>
        (await store().listEvents(...args)).map(({ name }) => name);
      expect(await names({ name: ['order.paid'] }, { limit: 10 })).toEqual(['order.paid']);
      expect(await names({ source: ['api'] }, { limit: 10 })).toEqual(['entry.create']);
      expect(await names({}, { limit: 10, past: events[0]!.id })).toEqual(['entry.create']);
      expect(await names({ uid: ['api::article.article'] }, { limit: 1 })).toEqual([
        'entry.create',
      ]);
      expect(await store().findEvent(events[0]!.id)).toMatchObject({
        body: { text: '{"event":"entry.publish"}', encoding: 'utf8' },
        contentType: 'application/json',
      });
      expect(await store().findEvent(9_999)).toBeNull();
    });

    it('shows the first messages of each event, with their states, and counts all', async () => {
      const three = [1, 2, 3].map((endpointId) => message({ endpointId, notBefore: NOW }));
      await store().insert([{ event: event({ entryTitle: 'Three' }), messages: three }], NOW);
      await store().settle((await store().claim(claim({ limit: 1 }))).map((one) => delivered(one)));
      await store().claim(claim({ limit: 1 }));
      await insert({}, { entryTitle: 'One' });
      const events = await store().listEvents({}, { limit: 10 });
      const found = await store().deliveriesOf(
        events.map(({ id }) => id),
        2
      );
      const [one, all] = events.map(({ id }) => found.get(id)!);
      expect([one!.total, all!.total]).toEqual([1, 3]);
      expect(all!.deliveries).toMatchObject([
        { messageId: three[0]!.messageId, endpointId: 1, state: 'delivered', attempts: 1 },
        { messageId: three[1]!.messageId, endpointId: 2, state: 'active', attempts: 0 },
      ]);
    });

    it('searches titles of events in parts of a long log, which follow each other', async () => {
      for (let index = 0; index < 5; index += 1) {
        await insert({}, { entryTitle: index === 0 ? 'Rain' : 'Sun', occurredAt: NOW + index });
      }
      const queries = createEventQueries(scratch().context, 2);
      const filter = { title: 'rain' };
      const windows: number[] = [];
      let past: number | undefined;
      for (;;) {
        const window = await queries.eventWindow(filter, past);
        if (window === null) break;
        expect(
          await queries.listEvents(filter, { ...window, limit: 9, ...(past && { past }) })
        ).toEqual([]);
        windows.push(window.searchedTo);
        past = window.upTo;
      }
      expect(windows).toEqual([NOW + 3, NOW + 1]);
      const last = await queries.listEvents(filter, { limit: 9, past: past! });
      expect(last.map(({ entryTitle }) => entryTitle)).toEqual(['Rain']);
      expect(await queries.eventWindow({})).toBeNull();
    });

    describe('counts', () => {
      it('by state and by endpoint, none above its cap', async () => {
        for (let index = 0; index < 4; index += 1) await insert({ endpointId: 7 });
        await settleAll('dead');
        for (let index = 0; index < 2; index += 1) await insert({ endpointId: 7 });
        await insert({ endpointId: 8 });
        await store().claim(claim({ limit: 1 }));
        expect(await store().countByState(3)).toEqual({
          pending: 2,
          active: 1,
          delivered: 0,
          dead: 3,
          canceled: 0,
        });
        const ids = [7, 8, ...Array.from({ length: 60 }, (_, index) => 100 + index)];
        const counts = await store().countByEndpoint(ids, 3);
        expect(counts.get(7)).toEqual({ pending: 2, dead: 3 });
        expect(counts.get(8)).toEqual({ pending: 1, dead: 0 });
        expect(counts.get(159)).toEqual({ pending: 0, dead: 0 });
      });

      it('say how long the oldest due message has been waiting, held ones aside', async () => {
        expect(await store().oldestDue(NOW, [])).toBeNull();
        await insert({ endpointId: 1, notBefore: NOW - 20 });
        await insert({ endpointId: 2, notBefore: NOW - 10 });
        await insert({ endpointId: 3, notBefore: NOW + 10 });
        expect(await store().oldestDue(NOW, [])).toBe(NOW - 20);
        expect(await store().oldestDue(NOW, ['e:1'])).toBe(NOW - 10);
        expect(await store().oldestDue(NOW, ['e:1', 'e:2'])).toBeNull();
      });

      it('group dead letters by endpoint and reason', async () => {
        for (const status of [500, 500, 404]) {
          await insert({ endpointId: 7, endpointName: 'shop' });
          await settleAll('dead', status);
        }
        await insert({ endpointId: null, endpointName: null, lane: 'u:example.com' });
        await settleAll('dead', 500);
        await insert({ endpointId: 7 });
        await settleAll('delivered');
        const groups = await store().deadLetterGroups(10);
        expect(groups[0]).toEqual({
          endpointId: 7,
          endpointName: 'shop',
          lastOutcome: 'responded',
          lastStatus: 500,
          lastError: null,
          count: 2,
          oldest: NOW + 12,
          newest: NOW + 12,
        });
        const counts = groups.map(({ endpointId, count }) => `${endpointId}: ${count}`);
        expect(counts.sort()).toEqual(['7: 1', '7: 2', 'null: 1']);
        expect(await store().deadLetterGroups(1)).toHaveLength(1);
      });
    });

    describe('a bulk job', () => {
      const step = (token: string, now = NOW, limit = 2, more: object = {}) =>
        store().stepJob({ now, limit, leaseMs: 1_000, token, ...NO_MESSAGES, ...more });

      async function createJob(
        filter: MessageFilter,
        kind: 'replay' | 'cancel' | 'delete' = 'replay'
      ) {
        const upTo = await store().maxMessageId();
        const total = await store().countMatching(filter);
        return store().createJob({ kind, filter, upTo, total, now: NOW });
      }

      it('replays what matched when it began, step by step, and ends', async () => {
        for (let index = 0; index < 5; index += 1) {
          await insert({ endpointId: null, lane: 'u:example.com' });
        }
        await settleAll('dead');
        const job = await createJob({ state: ['dead'] });
        expect(job).toMatchObject({ state: 'running', total: 5, done: 0, createdAt: NOW });
        const later = await insert();
        await settleAll('dead');

        const progress = [];
        for (let next = await step('a'); next !== null; next = await step('a')) progress.push(next);
        expect(progress.map(({ done, state }) => [done, state])).toEqual([
          [2, 'running'],
          [4, 'running'],
          [5, 'finished'],
        ]);
        expect(await store().findJob(job.id)).toMatchObject({ done: 5, finishedAt: NOW });
        expect(await listed({ state: ['dead'] })).toEqual([later.messageId]);
        expect(await store().listJobs(10)).toHaveLength(1);
      });

      it('that fails waits for a minute, and the others go on', async () => {
        const failing = await createJob({ state: ['dead'] });
        const next = await createJob({ state: ['dead'] }, 'delete');
        await expect(step('a', NOW, 2, { replay: null })).rejects.toThrow();
        const steps = [await step('a'), await step('b'), await step('b', NOW + 60_000)];
        expect(steps.map((job) => job?.id)).toEqual([next.id, undefined, failing.id]);
      });

      it('counts up to its limit, and finds every match of a search', async () => {
        const wanted: string[] = [];
        for (let index = 0; index < 6; index += 1) {
          const { messageId } = await insert({ topicName: index % 3 === 0 ? 'rare' : 'common' });
          if (index % 3 === 0) wanted.unshift(messageId);
        }
        const rare: MessageFilter = { topic: ['rare'], state: ['pending', 'active'] };
        expect(await store().countMatching(rare, 1)).toBe(1);
        expect(await store().countMatching(rare, 10)).toBe(2);
        expect(await store().countMatching({}, 4)).toBe(4);

        const lists = createMessageQueries(scratch().context, { slice: 2, rows: 2 });
        const upTo = await store().maxMessageId();
        const found: number[] = [];
        let looks = 0;
        for (let after: number | undefined = 0; after !== undefined; looks += 1) {
          const { rows, next } = await lists.matchIds(rare, { after, upTo, limit: 2 });
          found.push(...rows.map(({ id }) => id));
          after = next?.id;
        }
        expect(looks).toBe(4); // the last one finds nothing behind the sixth row
        await store().cancel(found, NOW);
        expect(await listed({ state: ['canceled'] })).toEqual(wanted);
      });

      it('cancels, and deletes', async () => {
        await insert();
        await insert();
        await createJob({}, 'cancel');
        await step('a', NOW, 10);
        expect((await store().countByState(9)).canceled).toBe(2);
        await createJob({ state: ['canceled'] }, 'delete');
        await step('a', NOW, 10);
        expect(await store().countMatching({})).toBe(0);
      });

      it('is left to the node that works on it, and taken over when that node has died', async () => {
        for (let index = 0; index < 3; index += 1) await insert();
        await settleAll('dead');
        await createJob({ state: ['dead'] });
        await step('a', NOW, 1);
        expect(await step('b', NOW + 999, 1)).toBeNull();
        expect(await step('b', NOW + 1_000, 1)).toMatchObject({ done: 2 });
        expect(await step('a', NOW + 1_001, 1)).toBeNull();
      });

      it('changes its messages and its position together, or neither', async () => {
        await insert();
        await settleAll('dead');
        const job = await createJob({ state: ['dead'] });
        await expect(
          scratch().db.transaction(async () => {
            await step('a');
            throw new Error('killed');
          })
        ).rejects.toThrow('killed');
        expect(await store().findJob(job.id)).toMatchObject({
          done: 0,
          cursor: 0,
          state: 'running',
        });
        expect(await listed({ state: ['dead'] })).toHaveLength(1);
      });

      it('can be canceled, once', async () => {
        await insert();
        const job = await createJob({});
        expect(await store().cancelJob(job.id, NOW + 1)).toBe(true);
        expect(await store().cancelJob(job.id, NOW + 2)).toBe(false);
        expect(await step('a')).toBeNull();
        expect(await store().findJob(job.id)).toMatchObject({
          state: 'canceled',
          finishedAt: NOW + 1,
        });
        expect(await store().findJob(9_999)).toBeNull();
      });
    });
  });
}
