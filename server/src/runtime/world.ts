/** Clock and randomness, and the random names. */
import { randomBytes } from 'node:crypto';

import { messageIdFrom } from '../core/message/message-id';
import type { Clock } from '../delivery/loop/ports';
import type { Later } from '../delivery/upkeep/alarm';

const LEASE_TOKEN_BYTES = 12;
const JTI_BYTES = 18;

/** Default clock: the database's. */
export interface World {
  clock?: Clock;
  random: () => number;
  randomBytes: (length: number) => Buffer;
  /** Default: a timer. */
  later?: Later;
}

export const REAL_WORLD: World = {
  random: () => Math.random(),
  randomBytes,
};

export const laterOf = ({ later }: World): Later =>
  later ??
  ((callback, ms) => {
    setTimeout(callback, ms).unref();
  });

export const namesOf = (world: World) => ({
  /** Names a lease or a process. */
  token: (): string => world.randomBytes(LEASE_TOKEN_BYTES).toString('base64url'),
  /** Names a JWT. */
  randomId: (): string => messageIdFrom(world.randomBytes(JTI_BYTES)).replace('msg_', 'jwt_'),
});
