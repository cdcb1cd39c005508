/**
 * Settles attempts, in these steps:
 *
 *   rows        the store's `settle`: attempts, new states, callbacks, endpoints that are gone
 *   events      the plugin's own events about them, in the same transaction
 *   health      breakers, and endpoints that have failed for too long, each with its events
 *   directory   read again before the next claim, if an endpoint changed
 *   statistics  and metrics
 *
 * From `health` on, the settlement is committed and failures are logged: thrown, they would read as a
 * failed settlement and lost leases. The next attempt makes up for them. Within a transaction of the
 * caller nothing is committed, and failures are thrown.
 */
import type { Settled } from '../../core/message/message';
import { isGone } from '../../core/message/outcome';
import type { Diagnosis, EndpointChange, FullStore } from '../../store/types';
import type { Log, Settle } from '../loop/ports';
import type { Directory } from './directory';
import { eventOfChange, eventOfDead, isOwnEvent, OPERATIONAL_EVENTS } from './own-events';
import type { Recorder } from './recorder';
import { createStorableSettle } from './settle-storable';

interface Dependencies {
  store: Pick<
    FullStore,
    'settle' | 'diagnose' | 'writeDiagnosis' | 'inTransaction' | 'isInTransaction' | 'isUnstorable'
  >;
  directory: Pick<Directory, 'endpoint' | 'routes' | 'refresh'>;
  recorder: Pick<Recorder, 'record'>;
  /** Counts settled attempts. */
  observe: (settled: readonly Settled[]) => void;
  log: Log;
}

export function createSettlement(deps: Dependencies): Settle {
  const { store, directory, recorder, observe, log } = deps;

  /** Records the events of changes and dead letters, in the open transaction. */
  async function record(changes: readonly EndpointChange[], dead: readonly Settled[]) {
    const ofChanges = changes.map((change) => {
      const endpoint = directory.endpoint(change.endpointId);
      return endpoint === undefined ? null : eventOfChange(change, endpoint);
    });
    const events = [...ofChanges, ...dead.map(eventOfDead)];
    await recorder.record(events.filter((event) => event !== null));
  }

  async function writeRows(group: readonly Settled[], dead: readonly Settled[]) {
    if (dead.length === 0 && !group.some(isGone)) return store.settle(group);
    return store.inTransaction(async () => {
      const written = await store.settle(group);
      const isOurs = ({ message }: Settled): boolean => written.ours.has(message.id);
      await record(written.changes, dead.filter(isOurs));
      return written;
    });
  }

  async function writeDiagnosis(diagnosis: Diagnosis): Promise<readonly EndpointChange[]> {
    const { changes } = diagnosis;
    const write = async () => {
      if (!(await store.writeDiagnosis(diagnosis))) return [];
      if (changes.length > 0) await record(changes, []);
      return changes;
    };
    return changes.length === 0 ? write() : store.inTransaction(write);
  }

  async function afterwards(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (store.isInTransaction()) throw error;
      log.error(`attempts are recorded, but ${what}`, { error });
    }
  }

  const settle = createStorableSettle({
    async settle(group) {
      const mayReport = directory.routes().wants(OPERATIONAL_EVENTS.dead, null);
      const dead = mayReport ? group.filter(isReportable) : [];
      const { ours, changes } = await writeRows(group, dead);
      const settled = group.filter(({ message }) => ours.has(message.id));
      const changed = [...changes];
      await afterwards('the health of their endpoints could not be', async () => {
        for (const diagnosis of await store.diagnose(settled)) {
          changed.push(...(await writeDiagnosis(diagnosis)));
        }
      });
      for (const change of changed) log.warn(lineOf(change, directory));
      // Another node may have disabled an endpoint that is gone: unchanged here, but not read yet.
      if (changed.length > 0 || settled.some(isGone)) {
        await afterwards('their endpoints could not be read again', () => directory.refresh());
      }
      return { ours, changed: dead.length > 0 || changed.length > 0 };
    },
    isUnstorable: store.isUnstorable,
    log,
  });

  return async (group) => {
    const result = await settle(group);
    observe(group.filter(({ message }) => result.ours.has(message.id)));
    return result;
  };
}

const isReportable = ({ settlement, message }: Settled): boolean =>
  settlement.to === 'dead' && !isOwnEvent(message.event.name);

const SAID: Record<EndpointChange['to'], string> = {
  suspended: 'fails too often: its messages are held, and one is tried from time to time',
  recovered: 'has recovered',
  disabled: 'was disabled',
};

function lineOf(
  { endpointId, to, reason }: EndpointChange,
  directory: Pick<Directory, 'endpoint'>
): string {
  const name = directory.endpoint(endpointId)?.name ?? endpointId;
  return `endpoint "${name}" ${SAID[to]}${reason === null ? '' : `: ${reason}`}`;
}
