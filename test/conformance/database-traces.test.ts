/** Two databases never share an identity, and every node finds the same one. */
import { describeEachDatabase } from '../support/databases';
import { openScratch, useScratch } from './scratch';

describeEachDatabase('the identity of a database', (kind) => {
  const scratch = useScratch(kind);

  it('is the same for every node, and different for another database on the same server', async () => {
    const traces = await scratch().store.databaseTraces();
    expect(traces.length).toBeGreaterThan(0);
    expect(await scratch().otherNode().databaseTraces()).toEqual(traces);

    const other = await openScratch(kind);
    try {
      const others = await other.store.databaseTraces();
      expect(others.filter((trace) => traces.includes(trace))).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('keeps the first value that is claimed for a setting, and the last that is written', async () => {
    const { store } = scratch();
    expect(await store.claimSetting('mark', 'first')).toBe('first');
    expect(await store.claimSetting('mark', 'second')).toBe('first');
    await store.writeSetting('mark', 'third');
    expect(await store.readSetting('mark')).toBe('third');
  });
});
