/** There is no way out (a proxy is gone), and then there is: nothing is counted, nothing is hammered, nothing waits in vain. */
import { createWorld, message, OK } from '../../../../test/support/dispatcher-world';
import type { ClaimedMessage } from '../../core/message/message';
import type { Cut } from './ports';

const CUT: Cut = { kind: 'cut', error: 'the proxy http://proxy:3128 cannot be used' };
const inLane = (id: number, lane: string) => message({ id, lane });

/** A world whose way out leads to these lanes only. */
function cutWorld(open: Set<string>) {
  const world = createWorld();
  let isCut = false;
  world.how.problem = () => (isCut ? CUT.error : null);
  world.how.send = ({ lane }: ClaimedMessage) => {
    isCut = !open.has(lane);
    return isCut ? CUT : OK;
  };
  return world;
}

it('hands messages back uncounted, and settles none', async () => {
  const { dispatcher, due, settled, released } = cutWorld(new Set());
  due.push(inLane(1, 'e:1'), inLane(2, 'e:2'));
  await dispatcher.tick();
  expect(settled).toEqual([]);
  expect(released.map(({ id }) => id)).toEqual([1, 2]);
});

it('tries one message at a tick, and says so once', async () => {
  const { dispatcher, due, sent, textOf } = cutWorld(new Set());
  for (let id = 1; id <= 50; id += 1) due.push(inLane(id, `e:${id}`));
  await dispatcher.tick();
  const before = sent.length;
  for (let tick = 0; tick < 10; tick += 1) await dispatcher.tick();
  expect(sent.length).toBeGreaterThanOrEqual(before + 9);
  expect(sent.length).toBeLessThanOrEqual(before + 10);
  expect(textOf('error')).toEqual([expect.stringContaining('nothing gets out')]);
});

it('tries each lane in turn, so that one that leads somewhere is found', async () => {
  const { dispatcher, due, idsSettled } = cutWorld(new Set(['e:3']));
  due.push(inLane(1, 'e:1'), inLane(2, 'e:2'));
  await dispatcher.tick();
  due.push(inLane(3, 'e:3'));
  for (let tick = 0; tick < 4; tick += 1) await dispatcher.tick();
  expect(idsSettled()).toEqual([3]);
});

it('goes on at full speed when the way is free again', async () => {
  const open = new Set<string>();
  const { dispatcher, due, idsSettled, textOf } = cutWorld(open);
  for (let id = 1; id <= 20; id += 1) due.push(inLane(id, 'e:1'));
  await dispatcher.tick();
  await dispatcher.tick();
  open.add('e:1');
  for (let tick = 0; tick < 3; tick += 1) await dispatcher.tick();
  await dispatcher.idle();
  expect(idsSettled()).toHaveLength(20);
  expect(textOf('info')).toContainEqual(expect.stringMatching(/^send works again/));
});

it('goes on as usual by the way that works, when there are two', async () => {
  const { dispatcher, due, how, sent, claims, settled } = createWorld();
  how.isHalfOpen = true;
  how.problem = () => 'the proxy for http is gone';
  how.send = ({ lane }) => (lane === 'e:1' ? { kind: 'cut', error: 'gone' } : OK);
  due.push(...Array.from({ length: 50 }, (_, index) => inLane(index + 1, `e:${1 + (index % 2)}`)));
  await dispatcher.tick();
  expect(claims[0]?.limit).toBeGreaterThan(1);
  expect(settled.flat().map(({ message: { lane } }) => lane)).toEqual(Array(25).fill('e:2'));
  expect(sent.filter(({ lane }) => lane === 'e:2')).toHaveLength(25);
});
